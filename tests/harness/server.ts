import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { node, root } from './paths.ts';
import { tinyFixtures } from './tiny-fixtures.ts';

/** What a client of a server needs to know of it. Plain data, so that it can be handed from one process to another. */
export interface ServerFacts {
  url: string;
  data: string;
  /** Its WORKFLOWS_BASE_PATH, with the tiny LoRAs under `<model>/<form>.safetensors`. */
  loras: string;
  pid: number;
}

/** A real server process with the real engine, on a port and a data folder of its own. */
export interface Server extends ServerFacts {
  /** Asks it to stop and waits for it; the data folder stays. */
  stop: () => Promise<void>;
  /** Kills it without a word; the data folder stays. */
  kill: () => Promise<void>;
  /** Stops it and removes its data folder. */
  remove: () => Promise<void>;
}

export interface ServerOptions {
  env?: Record<string, string>;
  /** More arguments of `serve`. */
  args?: readonly string[];
  /** Data folder of an earlier server, to start on what it left. */
  data?: string;
  /** Port of an earlier server, to come back where clients look for it. */
  port?: number;
  /** A command to start it under, which becomes the server by `exec`. */
  under?: readonly string[];
}

/** Importing torch takes seconds on an idle machine and minutes on one that is busy with other things. */
const readyWithinMs = 200_000;

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const fixtures = await tinyFixtures();
  const data = options.data ?? (await mkdtemp(path.join(os.tmpdir(), 'darkroom-test-')));
  const loras = path.join(data, 'loras');
  await mkdir(loras, { recursive: true });
  await cp(fixtures.loras, loras, { recursive: true });
  const port = options.port ?? (await freePort());
  const child = spawnServer(data, options, {
    PORT: String(port),
    CHECKPOINTS_PATH: fixtures.checkpoints,
    ...options.env,
  });
  const facts = { url: `http://127.0.0.1:${port}`, data, loras, pid: child.pid ?? 0 };
  await waitUntilReady(facts, child);
  return withEnds(facts, child);
}

/** Everything that the server has written to stdout and stderr. */
export function logOf({ data }: ServerFacts): string {
  return readFileSync(logFile(data), 'utf8');
}

const logFile = (data: string): string => path.join(data, 'server.log');

function spawnServer(
  data: string,
  { args = [], under = [] }: ServerOptions,
  env: Record<string, string>,
): ChildProcess {
  const log = openSync(logFile(data), 'a');
  const [command = node, ...rest] = [...under, node, path.join(root, 'src', 'main.ts'), 'serve', ...args];
  try {
    return spawn(command, rest, {
      cwd: data,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: os.homedir(),
        HOST: '127.0.0.1',
        DARKROOM_DATA: data,
        DEVICE: 'cpu',
        LOG_LEVEL: 'warn',
        // The tensors are tiny: a second thread only waits, and sums would come out another way round.
        OMP_NUM_THREADS: '1',
        HF_HUB_OFFLINE: '1',
        // It costs the tests seconds of CPU, and those that kill engines count them.
        SPARE_ENGINE: 'off',
        ...env,
      },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

function withEnds(facts: ServerFacts, child: ChildProcess): Server {
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  return {
    ...facts,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    remove: async () => {
      await end('SIGTERM');
      await rm(facts.data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function waitUntilReady(facts: ServerFacts, child: ChildProcess): Promise<void> {
  const until = Date.now() + readyWithinMs;
  let last = 'no answer';
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${logOf(facts)}`);
    const answer = await fetch(`${facts.url}/ready`).catch(() => null);
    if (answer?.ok) return;
    if (answer !== null) last = await answer.text();
    await sleep(200);
  }
  child.kill('SIGKILL');
  throw new Error(`Not ready within ${readyWithinMs} ms (${last}):\n${logOf(facts)}`);
}
