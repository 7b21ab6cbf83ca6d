import { pino } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { logRedaction } from '../security/redact.ts';
import { commandConfig } from './command-config.ts';
import { logDestination } from './log-destination.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { UsageError } from './usage-error.ts';

const optionsSchema = z.object({
  host: z.string().optional(),
  port: z.string().optional(),
  data: z.string().optional(),
  loras: z.string().optional(),
  device: z.string().optional(),
  engine: z.enum(['python', 'stand-in']).default('python'),
});

/** `darkroom serve`: starts the server and stays until SIGINT or SIGTERM. */
export async function serve(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const config = commandConfig({
    HOST: options.host,
    PORT: options.port,
    DARKROOM_DATA: options.data,
    WORKFLOWS_BASE_PATH: options.loras,
    DEVICE: options.device,
  });
  const log = pino({ level: config.LOG_LEVEL, redact: logRedaction }, logDestination());
  const server = await startServer({ config, log, engine: options.engine }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  console.log(welcome(server, config));
  stopOnSignals(() => server.stop());
  announceDevice(server);
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

/** The engine takes seconds to start; requests are accepted meanwhile. */
function announceDevice({ engine }: RunningServer): void {
  engine.ready().then(
    ({ device }) =>
      console.log(`  device  ${device?.name ?? 'unknown'} (${device?.type ?? '?'}, ${device?.dtype ?? '?'})`),
    (error: Error) => console.log(`  device  none yet: ${error.message}`),
  );
}
