import { Client } from 'pg';
import type { Config } from '../../config.ts';
import { openFileStore } from '../../files/open-file-store.ts';
import { type Finding, ok, wrong } from './finding.ts';

const timeoutMs = 5000;

/** What several processes share, where the settings name it: the Postgres and the object store. Nothing is written. */
export async function checkShared(config: Config): Promise<Finding[]> {
  return [await checkDatabase(config), await checkStore(config)];
}

async function checkDatabase({ DATABASE_URL }: Pick<Config, 'DATABASE_URL'>): Promise<Finding> {
  if (DATABASE_URL === undefined) return ok('database', 'embedded, in the data folder');
  const client = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: timeoutMs });
  try {
    await client.connect();
    const { rows } = await client.query('show server_version');
    return ok('database', `PostgreSQL ${String(rows[0]?.server_version)} at ${client.host}:${client.port}`);
  } catch (error) {
    return wrong('database', `DATABASE_URL: ${messageOf(error)}`, 'start it, or correct DATABASE_URL');
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkStore(
  config: Pick<Config, 'ARTIFACTS_URL' | 'outputsFolder' | 'blobsFolder'>,
): Promise<Finding> {
  if (config.ARTIFACTS_URL === undefined) return ok('outputs', config.outputsFolder);
  try {
    (await openFileStore(config)).close();
    return ok('outputs', `${config.ARTIFACTS_URL.split('?')[0]} can be reached`);
  } catch (error) {
    return wrong('outputs', `ARTIFACTS_URL: ${messageOf(error)}`, 'see "Many machines" in docs/deploy.md');
  }
}

/** A refused connection has no message of its own when it was tried over several addresses. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
