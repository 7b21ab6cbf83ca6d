import { setTimeout as sleep } from 'node:timers/promises';
import { enginePids, isAlive } from '../../tests/harness/engine-process.ts';

export const engineProcesses = (pid: number): Promise<number[]> => enginePids({ pid });

/** Kill the engines of a server without a word. Returns how many there were. */
export async function killEngines(pid: number): Promise<number> {
  let killed = 0;
  for (const engine of await engineProcesses(pid)) if (sendKill(engine)) killed += 1;
  return killed;
}

/** False for one that has just ended by itself. */
function sendKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Which of these processes still live after as long as an engine may take to notice that its server is dead. */
export async function leftBehind(pids: readonly number[], graceMs: number): Promise<number[]> {
  const until = Date.now() + graceMs;
  for (;;) {
    const alive = await Promise.all(pids.map(isAlive));
    const left = pids.filter((_, index) => alive[index] === true);
    if (left.length === 0 || Date.now() > until) return left;
    await sleep(200);
  }
}
