import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/engine/package-root.ts';

/** A server process that is there to be killed. */
export interface Victim {
  /** Where it listens; null when it ended before it did. */
  url: Promise<string | null>;
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  /** All it has written. */
  log(): string;
}

export function startVictim(data: string): Victim {
  const child = spawn(
    process.execPath,
    [path.join(packageRoot(), 'src/main.ts'), 'serve', '--engine', 'stand-in'],
    {
      cwd: data,
      env: { PATH: process.env.PATH ?? '', DARKROOM_DATA: data, PORT: '0', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let written = '';
  const url = new Promise<string | null>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text;
        const found = /listens on (http:\S+)/.exec(written)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('close', () => resolve(null));
  });
  return {
    url,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    log: () => written,
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}
