import { pino } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { logOptions } from '../security/log-options.ts';
import { keepNewFilesPrivate } from '../security/private-files.ts';
import { open } from '../server/open.ts';
import { announceDevices } from './announce-devices.ts';
import { commandConfig } from './command-config.ts';
import { logDestination } from './log-destination.ts';
import { setUpWhatIsMissing } from './setup.ts';
import { stopOnSignals } from './stop-on-signals.ts';

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
  keepNewFilesPrivate();
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
  if (options.engine === 'python') await setUpWhatIsMissing(config);
  const log = pino({ level: config.LOG_LEVEL, ...logOptions }, logDestination());
  const { engine } = options;
  const running = await open({ role: 'worker', config, log, engine }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  console.log(welcome(config, running.url));
  stopOnSignals(() => running.stop());
  announceDevices(running.engines);
}

function welcome(config: Config, url: string | null): string {
  return [
    'Darkroom works on the requests of the shared database',
    `  files   ${config.ARTIFACTS_URL === undefined ? `${config.outputsFolder} (every machine needs this folder; or set ARTIFACTS_URL)` : 'in the object store of ARTIFACTS_URL'}`,
    `  data    ${config.DARKROOM_DATA}`,
    `  probes  ${url === null ? 'none: set WORKER_PORT to have them' : `${url}/ready`}`,
  ].join('\n');
}
