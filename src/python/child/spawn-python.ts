import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** `spawn` of node:child_process, passed in so that tests can put another program under it. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

export interface PythonModule {
  spawn: Spawn;
  python: string;
  /** Name for `python -m`. */
  module: string;
  folder: string;
  environment: Record<string, string | undefined>;
  stdio: SpawnOptions['stdio'];
}

export interface PythonProcess {
  child: ChildProcess;
  /** To the process and everything that it started. Nothing happens when it is gone. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Start `python -m <module>` in a process group of its own: Ctrl-C in a terminal then reaches only the server, which ends
 * the process in order, and one signal reaches what the process itself started. It is killed when the server exits.
 */
export function spawnPython(options: PythonModule): PythonProcess {
  const ownGroup = process.platform !== 'win32';
  const child = options.spawn(options.python, ['-m', options.module], {
    cwd: options.folder,
    env: options.environment,
    stdio: options.stdio,
    detached: ownGroup,
    windowsHide: true,
  });
  const kill = (signal: NodeJS.Signals): void => signalProcess(child, signal, ownGroup);
  const killAtExit = (): void => kill('SIGKILL');
  process.once('exit', killAtExit);
  const forget = (): void => void process.removeListener('exit', killAtExit);
  child.once('exit', forget);
  // Also emitted for signals that could not be sent; only a process that never started is forgotten.
  child.on('error', () => child.pid === undefined && forget());
  return { child, kill };
}

function signalProcess(child: ChildProcess, signal: NodeJS.Signals, ownGroup: boolean): void {
  // A pid that was reaped may belong to someone else by now.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (ownGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It ended between the check and the signal.
  }
}
