import { z } from 'zod';
import type { Config } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { commandConfig } from './command-config.ts';
import { stayOpen } from './stay-open.ts';

const optionsSchema = z.object({
  port: z.string().optional(),
  data: z.string().optional(),
  loras: z.string().optional(),
  device: z.string().optional(),
  engine: z.enum(['python', 'stand-in']).default('python'),
});

/** `darkroom worker`: runs jobs of a shared database until SIGINT or SIGTERM. */
export async function worker(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const config = commandConfig({
    WORKER_PORT: options.port,
    DARKROOM_DATA: options.data,
    WORKFLOWS_BASE_PATH: options.loras,
    DEVICES: options.device,
  });
  if (config.DATABASE_URL === undefined) {
    throw new UsageError(
      'A worker takes its jobs from a database that it shares with a server: set DATABASE_URL to the Postgres of the server. ' +
        'On one machine `darkroom serve` needs no worker.',
    );
  }
  const { engine } = options;
  await stayOpen({ role: 'worker', engine, config, welcome: ({ url }) => welcome(config, url) });
}

function welcome(config: Config, url: string | null): string {
  return [
    'Darkroom works on the requests of the shared database',
    `  files   ${config.ARTIFACTS_URL === undefined ? `${config.outputsFolder} (every machine needs this folder; or set ARTIFACTS_URL)` : 'in the object store of ARTIFACTS_URL'}`,
    `  data    ${config.DARKROOM_DATA}`,
    `  probes  ${url === null ? 'none: set WORKER_PORT to have them' : `${url}/ready`}`,
  ].join('\n');
}
