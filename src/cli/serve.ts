import { pino } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { logOptions } from '../security/log-options.ts';
import { keepNewFilesPrivate } from '../security/private-files.ts';
import { open, type RunningServer } from '../server/open.ts';
import { announceDevices } from './announce-devices.ts';
import { commandConfig } from './command-config.ts';
import { logDestination } from './log-destination.ts';
import { setUpWhatIsMissing } from './setup.ts';
import { stopOnSignals } from './stop-on-signals.ts';

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
  keepNewFilesPrivate();
  const config = commandConfig({
    HOST: options.host,
    PORT: options.port,
    DARKROOM_DATA: options.data,
    WORKFLOWS_BASE_PATH: options.loras,
    DEVICES: options.device,
  });
  const log = pino({ level: config.LOG_LEVEL, ...logOptions }, logDestination());
  if (!options.worker && config.DATABASE_URL === undefined) {
    throw new UsageError(
      '--no-worker leaves the work to other processes, and they need a database to share: set DATABASE_URL to a Postgres.',
    );
  }
  const { engine } = options;
  const role = options.worker ? 'both' : 'api';
  if (options.worker && engine === 'python') await setUpWhatIsMissing(config);
  const server = await open({ role, config, log, engine }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  console.log(welcome(server, config));
  stopOnSignals(() => server.stop());
  if (options.worker) announceDevices(server.engines);
  else console.log('  device  none: `darkroom worker` processes of the same DATABASE_URL render');
}

function welcome({ url, keys }: RunningServer, config: Config): string {
  return [
    `Darkroom listens on ${url}`,
    `  docs    ${url}/docs`,
    `  LoRAs   ${config.lorasFolder}`,
    `  data    ${config.DARKROOM_DATA}`,
    `  keys    ${keys.required ? keys.count : 'none: this machine only'}`,
  ].join('\n');
}
