import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { demo } from './demo.ts';
import { writeFifthModel } from './fifth-model.ts';
import { type Server, startServer } from './server.ts';

/** Vitest's global setup of an end-to-end project: runs once before its first test file, and ends with its last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const catalog = await writeFifthModel();
  const env = { CATALOG_PATH: catalog, LORA_ALLOWED_PATHS: demo.lorasFolder };
  const workers = Array.from({ length: Number(project.config.maxWorkers) });
  const servers = await Promise.all(workers.map(() => startServer({ env })));
  project.provide('servers', servers.map(factsOf));
  return async () => {
    await Promise.all(servers.map((server) => server.remove()));
    await rm(catalog, { recursive: true, force: true });
  };
}

const factsOf = ({ url, data, loras, pid }: Server) => ({ url, data, loras, pid });
