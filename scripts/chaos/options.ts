import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** Times the server is killed. */
  rounds: number;
  /** Requests over all rounds. */
  jobs: number;
  /** Decides what is sent and when what is killed. */
  seed: number;
  engine: 'python' | 'stand-in';
}

/** From the command line; ends the process with 2 and a sentence when an option is no good. */
export function readOptions(args: readonly string[]): ChaosOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '10' },
        jobs: { type: 'string', default: '200' },
        seed: { type: 'string', default: '1' },
        engine: { type: 'string', default: 'stand-in' },
      },
    });
    const { rounds, jobs, seed, engine } = values;
    if (engine !== 'python' && engine !== 'stand-in')
      throw new Error(`--engine takes python or stand-in, not ${JSON.stringify(engine)}.`);
    return {
      rounds: count(rounds, 'rounds'),
      jobs: count(jobs, 'jobs'),
      seed: count(seed, 'seed'),
      engine,
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

function count(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
}
