import { z } from 'zod';
import type { Config } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import type { Running } from '../server/open.ts';
import { commandConfig } from './command-config.ts';
import { stayOpen } from './stay-open.ts';

const optionsSchema = z.object({
  host: z.string().optional(),
  port: z.string().optional(),
  data: z.string().optional(),
  loras: z.string().optional(),
  device: z.string().optional(),
  engine: z.enum(['python', 'stand-in']).default('python'),
  worker: z.boolean().default(true),
});

/** `darkroom serve`: starts the server and stays until SIGINT or SIGTERM. */
export async function serve(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const config = commandConfig({
    HOST: options.host,
    PORT: options.port,
    DARKROOM_DATA: options.data,
    WORKFLOWS_BASE_PATH: options.loras,
    DEVICES: options.device,
  });
  if (!options.worker && config.DATABASE_URL === undefined) {
    throw new UsageError(
      '--no-worker leaves the work to other processes, and they need a database to share: set DATABASE_URL to a Postgres.',
    );
  }
  const { engine } = options;
  const role = options.worker ? 'both' : 'api';
  await stayOpen({ role, engine, config, welcome: (running) => welcome(running, config) });
}

function welcome({ url, keys }: Running, config: Config): string {
  return [
    `Darkroom listens on ${url}`,
    `  docs    ${url}/docs`,
    `  LoRAs   ${config.lorasFolder}`,
    `  data    ${config.DARKROOM_DATA}`,
    `  keys    ${keys.required ? keys.count : 'none: this machine only'}`,
  ].join('\n');
}
