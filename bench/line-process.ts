import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { engineFolder, python } from '../tests/harness/paths.ts';

/** A Python program that answers each line it is sent with one line. */
export interface LineProcess {
  ask: () => Promise<string>;
  stop: () => Promise<void>;
}

/** Start it and wait for its first line. `args` are those of the interpreter. */
export async function startLineProcess(args: readonly string[]): Promise<LineProcess> {
  const child = spawn(python, args, {
    cwd: engineFolder,
    env: { ...process.env, PYTHONPATH: engineFolder, OMP_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`python ${args.join(' ')} ended early`);
    return line.value;
  };
  await next();
  return {
    ask: () => {
      child.stdin.write('\n');
      return next();
    },
    stop: async () => {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}
