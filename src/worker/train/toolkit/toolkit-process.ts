/**
 * The process of a training by ai-toolkit. It is in a session of its own and writes to files, so that it outlives the server: the next
 * one finds it by its pid and the moment it started, and adopts it.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  identityOf,
  liveness,
  type ProcessIdentity,
  processIdentitySchema,
} from '../../../database/process-identity.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Spawn } from '../../../python/child/spawn-python.ts';
import type { ToolkitFolder } from './toolkit-folder.ts';

export interface ToolkitProcess {
  isAlive(): boolean;
  /** How it ended, as far as that can be known: of one that was adopted it cannot. */
  end(): { code: number | null; signal: NodeJS.Signals | null } | null;
  /** To it and whatever it has started. */
  signal(signal: NodeJS.Signals): void;
}

export interface Checkout {
  path: string;
  python: string | undefined;
  spawn: Spawn;
}

/** Throws TRAINING_FAILED where it cannot be started. */
export async function startToolkit(
  folder: ToolkitFolder,
  checkout: Checkout,
  environment: Record<string, string | undefined>,
): Promise<ToolkitProcess> {
  const log = openSync(folder.log, 'a');
  try {
    const child = checkout.spawn(pythonOf(checkout), ['run.py', folder.config], {
      cwd: checkout.path,
      env: environment,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log, log],
    });
    await started(child);
    child.unref();
    const identity = identityOf(child.pid ?? 0);
    await writeFile(folder.process, JSON.stringify(identity));
    return processOf(identity, child);
  } finally {
    closeSync(log);
  }
}

/** The process that an earlier server started, if it lives. Null when there is none. */
export async function adoptToolkit(folder: ToolkitFolder): Promise<ToolkitProcess | null> {
  const text = await readFile(folder.process, 'utf8').catch(() => null);
  if (text === null) return null;
  const identity = processIdentitySchema.safeParse(JSON.parse(text)).data;
  return identity === undefined || liveness(identity) !== 'alive' ? null : processOf(identity, null);
}

function processOf(identity: ProcessIdentity, child: ChildProcess | null): ToolkitProcess {
  const isAlive = (): boolean =>
    child === null ? liveness(identity) === 'alive' : child.exitCode === null && child.signalCode === null;
  return {
    isAlive,
    end: () => (child === null || isAlive() ? null : { code: child.exitCode, signal: child.signalCode }),
    signal: (signal) => {
      if (!isAlive()) return;
      try {
        process.kill(process.platform === 'win32' ? identity.pid : -identity.pid, signal);
      } catch {
        // It ended between the check and the signal.
      }
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new DarkroomError(
          'TRAINING_FAILED',
          `ai-toolkit could not be started: ${error.message}. Look at AI_TOOLKIT_PATH and AI_TOOLKIT_PYTHON.`,
        ),
      ),
    );
  });
}

function pythonOf({ path: checkout, python }: Checkout): string {
  if (python !== undefined) return python;
  const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const found = ['venv', '.venv'].map((name) => path.join(checkout, name, ...inside)).find(existsSync);
  if (found !== undefined) return found;
  throw new DarkroomError(
    'TRAINING_FAILED',
    'The checkout of ai-toolkit has no venv and no .venv. Set it up as its README says, or name its Python with AI_TOOLKIT_PYTHON.',
  );
}

const tailBytes = 64 * 1024;

/** The end of what it has printed, and how much there is of it. */
export async function readLog({ log }: Pick<ToolkitFolder, 'log'>): Promise<{ tail: string; bytes: number }> {
  const handle = await open(log, 'r').catch(() => null);
  if (handle === null) return { tail: '', bytes: 0 };
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return { tail: buffer.toString('utf8', 0, bytesRead), bytes: size };
  } finally {
    await handle.close();
  }
}
