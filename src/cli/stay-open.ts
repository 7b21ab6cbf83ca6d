import { pino } from 'pino';
import type { EnginePool } from '../engines/pool/engine-pool.ts';
import { UsageError } from '../errors/usage-error.ts';
import { logOptions } from '../security/log-options.ts';
import { keepNewFilesPrivate } from '../security/private-files.ts';
import { type OpenOptions, open, type Running } from '../server/open.ts';
import { logDestination } from './log-destination.ts';
import { setUpPage } from './set-up-page.ts';
import { setUpWhatIsMissing } from './setup.ts';
import { stopOnSignals } from './stop-on-signals.ts';

export interface StayOpenOptions extends Required<Pick<OpenOptions, 'role' | 'engine' | 'config'>> {
  /** What is shown when everything is open. */
  welcome: (running: Running) => string;
}

/** Opens a process in its role and stays until SIGINT or SIGTERM. Throws UsageError that says why it cannot be opened. */
export async function stayOpen({ role, engine, config, welcome }: StayOpenOptions): Promise<void> {
  keepNewFilesPrivate();
  if (role !== 'worker') await setUpPage();
  if (role !== 'api' && engine === 'python') await setUpWhatIsMissing(config);
  const log = pino({ level: config.LOG_LEVEL, ...logOptions }, logDestination());
  const running = await open({ role, config, log, engine }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  console.log(welcome(running));
  stopOnSignals(() => running.stop());
  if (role === 'api')
    console.log('  device  none: `darkroom worker` processes of the same DATABASE_URL render');
  else announceDevices(running.engines);
}

/** Says of each device what it is when its engine is up. That takes seconds; requests are accepted meanwhile. */
function announceDevices({ slots }: Pick<EnginePool, 'slots'>): void {
  for (const { name, engine } of slots) {
    const label = slots.length === 1 ? 'device ' : name.padEnd(7);
    engine.ready().then(
      ({ device }) =>
        console.log(
          `  ${label} ${device?.name ?? 'unknown'} (${device?.type ?? '?'}, ${device?.dtype ?? '?'})`,
        ),
      (error: Error) => console.log(`  ${label} not yet: ${error.message}`),
    );
  }
}
