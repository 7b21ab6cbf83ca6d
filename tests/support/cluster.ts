/** Real processes that share a Postgres and an object store, each with a data folder of its own, as if on many machines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { node, root } from '../harness/paths.ts';

export interface Member {
  /** The API of a server, the probes of a worker. */
  url: string;
  /** Its LoRA folder. */
  loras: string;
  log(): string;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Kills it, if it still runs, and removes its folder. */
  remove(): Promise<void>;
}

const commands = {
  api: ['serve', '--no-worker'],
  worker: ['worker', '--port', '0', '--engine', 'stand-in'],
} as const;

/** Resolves when it listens. */
export async function startMember(
  kind: keyof typeof commands,
  environment: Record<string, string>,
): Promise<Member> {
  const data = await mkdtemp(path.join(os.tmpdir(), `darkroom-${kind}-`));
  const child = spawn(node, [path.join(root, 'src', 'main.ts'), ...commands[kind]], {
    cwd: data,
    env: {
      PATH: process.env.PATH ?? '',
      DARKROOM_DATA: data,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text;
        const found = /(?:listens on|probes +)\s*(http:\/\/[^/\s]+)/.exec(written)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('exit', (code) => reject(new Error(`The ${kind} ended with ${code}:\n${written}`)));
  });
  return {
    url,
    loras: path.join(data, 'loras'),
    log: () => written,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    remove: async () => {
      await end(child, 'SIGKILL');
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}
