/** A server that speaks S3, for tests: moto, in a Python environment of its own that is made when it is first needed. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findPython } from '../../src/python/python-environment.ts';
import { freePort } from '../harness/free-port.ts';

const release = 'moto[server]==5.2.5';
const root = path.join(import.meta.dirname, '..', '..');
const folder = path.join(root, 'node_modules', '.cache', 'moto');

export interface ObjectStore {
  endpoint: string;
  /** What processes that use it need in their environment. */
  environment: Record<string, string>;
  /** A new, empty bucket, by the ARTIFACTS_URL that points into it. */
  createBucket(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The program, installed when it is first needed. Throws with pip's own words where it cannot be had. */
function motoServer(): string {
  const program = path.join(folder, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  run(findPython(process.env.DARKROOM_PYTHON), ['-m', 'venv', folder]);
  run(path.join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-compile', release]);
  return program;
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 200_000 });
}

export async function startObjectStore(): Promise<ObjectStore> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = { AWS_ACCESS_KEY_ID: 'darkroom', AWS_SECRET_ACCESS_KEY: 'for-tests' };
  Object.assign(process.env, environment);
  const server = spawn(motoServer(), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  await untilAnswers(endpoint);
  return {
    endpoint,
    environment,
    createBucket: async (name) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return `s3://${name}/darkroom?endpoint=${endpoint}`;
    },
    stop: async () => {
      client.destroy();
      const exit = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await exit;
    },
  };
}

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    if (attempt > 600) throw new Error(`${url} does not answer.`);
    await sleep(100);
  }
}
