/**
 * The reference server, started from a checkout of runcomfy-com/ai-toolkit-inference that is on this machine: it speaks the
 * same API, keeps its requests in memory, and renders none of them here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tests/harness/free-port.ts';
import { python, root } from '../tests/harness/paths.ts';
import { runOrThrow } from '../tests/harness/run-program.ts';

export interface Reference {
  url: string;
  /** A body that it takes: it knows no request without a LoRA. */
  body: string;
  stop: () => Promise<void>;
}

const lora = 'benchmark.safetensors';
const body = JSON.stringify({
  model: 'flux',
  loras: [{ path: lora }],
  prompts: [{ prompt: 'a red apple', seed: 42, sample_steps: 4 }],
});
/** Importing torch and every pipeline takes its time on a busy machine. */
const startsWithinMs = 180_000;

/** Throws an Error that says what to install when its Python packages are not there. */
export async function startReference(checkout: string): Promise<Reference> {
  const folder = path.resolve(checkout);
  if (!existsSync(path.join(folder, 'src', 'server.py')))
    throw new Error(
      `${folder} is no checkout of runcomfy-com/ai-toolkit-inference: it has no src/server.py.`,
    );
  const interpreter = pythonOf(folder);
  await checkPackages(interpreter, folder);
  const loras = await mkdtemp(path.join(os.tmpdir(), 'darkroom-reference-'));
  await writeFile(path.join(loras, lora), '');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    interpreter,
    [path.join(root, 'bench', 'reference_server.py'), folder, '--port', String(port)],
    {
      cwd: folder,
      env: { ...process.env, WORKFLOWS_BASE_PATH: loras, BASE_URL: url, DEVICE: 'cpu', PYTHONPATH: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await untilHealthy(url, child);
  return {
    url,
    body,
    stop: async () => {
      const closed = once(child, 'close');
      child.kill();
      await closed;
      await rm(loras, { recursive: true, force: true });
    },
  };
}

/** REFERENCE_PYTHON, else the checkout's own environment, else Darkroom's, which has torch and diffusers. */
function pythonOf(folder: string): string {
  const own = path.join(folder, '.venv', 'bin', 'python');
  return process.env.REFERENCE_PYTHON ?? (existsSync(own) ? own : python);
}

async function checkPackages(interpreter: string, folder: string): Promise<void> {
  const imports = 'import torch, diffusers, fastapi, uvicorn, pydantic_settings, dependency_injector';
  await runOrThrow(interpreter, ['-c', imports], { cwd: folder }).catch((error: unknown) => {
    throw new Error(
      `${interpreter} lacks what the reference server needs. Make it an environment, then run this again:\n` +
        `  cd ${folder} && python3 -m venv .venv\n` +
        '  .venv/bin/pip install -r requirements.txt -r requirements-inference.txt\n' +
        'or set REFERENCE_PYTHON to an interpreter that has its packages.',
      { cause: error },
    );
  });
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + startsWithinMs;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  child.kill();
  throw new Error('The reference server does not start; what it wrote to stderr says why.');
}
