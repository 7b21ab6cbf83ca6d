import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { node, root } from './paths.ts';
import { tinyFixtures } from './tiny-fixtures.ts';

export interface ServerOptions {
  env?: Record<string, string>;
  /** Data folder of an earlier server, to start on what it left. */
  data?: string;
}

/** A real server process with the real engine, on a port and a data folder of its own. */
export interface Server {
  url: string;
  data: string;
  /** Its WORKFLOWS_BASE_PATH, with the tiny LoRAs under `<model>/<form>.safetensors`. */
  loras: string;
  pid: number;
  /** Everything it has written to stdout and stderr. */
  log: () => string;
  /** Asks it to stop and waits for it; the data folder stays. */
  stop: () => Promise<void>;
  /** Kills it without a word; the data folder stays. */
  kill: () => Promise<void>;
  /** Stops it and removes its data folder. */
  remove: () => Promise<void>;
}

const readyWithinMs = 200_000;

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const fixtures = await tinyFixtures();
  const data = options.data ?? (await mkdtemp(path.join(os.tmpdir(), 'darkroom-test-')));
  const loras = path.join(data, 'loras');
  await mkdir(loras, { recursive: true });
  await cp(fixtures.loras, loras, { recursive: true });
  const port = await freePort();
  const child = spawn(node, [path.join(root, 'src', 'main.ts'), 'serve'], {
    cwd: data,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: os.homedir(),
      PORT: String(port),
      HOST: '127.0.0.1',
      DARKROOM_DATA: data,
      CHECKPOINTS_PATH: fixtures.checkpoints,
      DEVICE: 'cpu',
      LOG_LEVEL: 'warn',
      // The tensors are tiny: a second thread only waits, and sums would come out another way round.
      OMP_NUM_THREADS: '1',
      HF_HUB_OFFLINE: '1',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  const server = describeServer(child, `http://127.0.0.1:${port}`, data, loras, () => chunks.join(''));
  await waitUntilReady(server, child);
  return server;
}

function describeServer(
  child: ChildProcess,
  url: string,
  data: string,
  loras: string,
  log: () => string,
): Server {
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  return {
    url,
    data,
    loras,
    pid: child.pid ?? 0,
    log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    remove: async () => {
      await end('SIGTERM');
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function waitUntilReady(server: Server, child: ChildProcess): Promise<void> {
  const until = Date.now() + readyWithinMs;
  let last = 'no answer';
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${server.log()}`);
    const answer = await fetch(`${server.url}/ready`).catch(() => null);
    if (answer?.ok) return;
    if (answer !== null) last = await answer.text();
    await sleep(100);
  }
  await server.kill();
  throw new Error(`Not ready within ${readyWithinMs} ms (${last}):\n${server.log()}`);
}
