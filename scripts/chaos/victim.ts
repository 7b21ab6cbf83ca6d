import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/python/package-root.ts';
import type { ChaosOptions } from './options.ts';

/** A server process that is there to be killed. */
export interface Victim {
  pid: number;
  /** Where it listens; null when it ended before it did. */
  url: Promise<string | null>;
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  /** All it has written. */
  log(): string;
}

export const lorasFolder = path.join(packageRoot(), 'checkpoints', 'demo', 'loras');

/** DATABASE_URL, when the servers are to share a Postgres, which must be empty. */
export function databaseSetting(): { DATABASE_URL?: string } {
  const { DATABASE_URL } = process.env;
  return DATABASE_URL === undefined ? {} : { DATABASE_URL };
}

/** A queue that holds all that a long run sends. */
const longQueue = '1000000';

export function startVictim(data: string, engine: ChaosOptions['engine']): Victim {
  const { PATH = '', DEVICE = 'auto', DARKROOM_PYTHON } = process.env;
  const main = path.join(packageRoot(), 'src', 'main.ts');
  const child = spawn(process.execPath, [main, 'serve', '--engine', engine], {
    cwd: data,
    env: {
      PATH,
      DEVICE,
      HOME: os.homedir(),
      HF_HUB_OFFLINE: '1',
      OMP_NUM_THREADS: '1',
      ...(DARKROOM_PYTHON === undefined ? {} : { DARKROOM_PYTHON }),
      ...databaseSetting(),
      DARKROOM_DATA: data,
      WORKFLOWS_BASE_PATH: lorasFolder,
      MAX_QUEUE: longQueue,
      PORT: '0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    pid: child.pid ?? 0,
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
