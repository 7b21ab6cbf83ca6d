import { runOrThrow } from './run-program.ts';
import type { ServerFacts } from './server.ts';

/** Process ids of the Python engines below a server, found by parentage and not by name. */
export async function enginePids(server: Pick<ServerFacts, 'pid'>): Promise<number[]> {
  const { stdout } = await runOrThrow('ps', ['-axo', 'pid=,ppid=,command=']);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
  const below = (parent: number): typeof rows =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.pid)]);
  return below(server.pid).flatMap(({ pid, command }) => (command.includes('darkroom_engine') ? [pid] : []));
}

/** Whether a process with this id is there and not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await runOrThrow('ps', ['-axo', 'pid=,stat=']);
  return stdout.split('\n').some((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line));
}
