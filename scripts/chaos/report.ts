import { percentile } from '../../bench/statistics.ts';
import type { Findings } from './findings.ts';
import { type Chronicle, type Life, lifeAt } from './lives.ts';
import type { Run } from './run-life.ts';

/** What a run has shown, for people. */
export function report({ ledger, chronicle, options }: Run, findings: Findings): string {
  const { entries } = ledger;
  const acknowledged = entries.filter(({ id }) => id !== null).length;
  const again = entries.filter(({ sends }) => sends > 1).length;
  const kills = chronicle.lives.length - 1;
  const early = chronicle.lives.filter(({ listeningAt }) => listeningAt === null).length;
  const { states, resumed, pictures, compared } = findings;
  const of = (state: 'succeeded' | 'canceled' | 'failed'): number => states.get(state) ?? 0;
  const rows = [
    [
      'kills',
      `${kills} of the server, ${early} of them while it started; ${chronicle.engineKills.length} of the engine`,
    ],
    ['requests', `${entries.length} sent, ${again} of them more than once; ${acknowledged} acknowledged`],
    [
      'ended',
      `${of('succeeded')} succeeded, ${of('canceled')} canceled, ${of('failed')} failed by processes killed under them`,
    ],
    [
      'resumed',
      `${resumed.attempts} attempts went on after one that was cut off, at most ${findings.mostAttempts} for a request`,
    ],
    ['', `${resumed.withFinished} of them found ${resumed.finished} finished pictures, which were kept`],
    [
      'pictures',
      `${pictures} whole by checksum${compared > 0 ? `; ${compared} equal to another of the same prompt` : ' and by pixels'}`,
    ],
    ...restartRows(chronicle, findings.runAgainAt).slice(0, options.engine === 'python' ? 3 : 2),
  ];
  return rows.map(([name = '', text = '']) => `  ${name.padEnd(12)}${text}`).join('\n');
}

/** From the restart to the moment when what ran before runs again, counted from three moments of the restart. */
function restartRows(chronicle: Chronicle, runAgainAt: readonly number[]): string[][] {
  const since = (from: (life: Life) => number | null): string => {
    const waits = runAgainAt.flatMap((at) => {
      const life = chronicle.lives[lifeAt(chronicle, at)];
      const moment = life === undefined ? null : from(life);
      return moment === null ? [] : [Math.max(0, at - moment)];
    });
    if (waits.length === 0) return 'nothing ran when a server died';
    const at = (share: number): string => `${Math.round(percentile(waits, share))} ms`;
    return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} (${waits.length} requests)`;
  };
  return [
    ['runs again', `after the process was started: ${since((life) => life.spawnedAt)}`],
    ['', `after it listened: ${since((life) => life.listeningAt)}`],
    ['', `after its engine was ready: ${since((life) => life.engineReadyAt)}`],
  ];
}
