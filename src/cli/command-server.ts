import { pino } from 'pino';
import { openClient } from '../client/open-client.ts';
import { UsageError } from '../errors/usage-error.ts';
import { logOptions } from '../security/log-options.ts';
import { keepNewFilesPrivate } from '../security/private-files.ts';
import { open } from '../server/open.ts';
import { commandConfig } from './command-config.ts';
import { logDestination } from './log-destination.ts';
import { type RegistryServer, registryServer, usualServer } from './registry-server.ts';
import { setUpWhatIsMissing } from './setup.ts';

export interface CommandServer extends RegistryServer {
  /** Whether it ends with this command; what it has begun goes on with the next server of its data folder. */
  isOwn: boolean;
  /** Puts what runs back with its state on disk, where the server is of this command. Idempotent. */
  end(): Promise<void>;
}

/**
 * The server that was named, else the one that runs on this machine, else one that lives as long as this command, with `settings` in
 * place of those of the environment.
 */
export async function commandServer(
  named: string | undefined,
  settings: Record<string, string | undefined> = {},
): Promise<CommandServer> {
  if (named !== undefined || (await answers(usualServer)))
    return { ...registryServer(named ?? usualServer), isOwn: false, end: async () => {} };
  const log = process.env.LOG_LEVEL ?? 'silent';
  const config = commandConfig({ ...settings, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: log });
  keepNewFilesPrivate();
  await setUpWhatIsMissing(config);
  const running = await open({
    role: 'both',
    engine: 'python',
    config,
    log: pino({ level: config.LOG_LEVEL, ...logOptions }, logDestination()),
  }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  return { ...registryServer(running.url), isOwn: true, end: () => running.stop() };
}

const answers = async (url: string): Promise<boolean> =>
  openClient({ url })
    .api.GET('/health')
    .then(
      ({ data }) => data?.status === 'healthy',
      () => false,
    );
