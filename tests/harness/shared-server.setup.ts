import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { demo } from './demo.ts';
import { writeFifthModel } from './fifth-model.ts';
import { startServer } from './server.ts';

/** Vitest's global setup of the end-to-end project: runs once before its first test file, and ends with its last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const catalog = await writeFifthModel();
  const {
    stop: _stop,
    kill: _kill,
    remove,
    ...facts
  } = await startServer({
    env: { CATALOG_PATH: catalog, LORA_ALLOWED_PATHS: demo.lorasFolder },
  });
  project.provide('server', facts);
  return async () => {
    await remove();
    await rm(catalog, { recursive: true, force: true });
  };
}
