/**
 * `darkroom keys`: who may use a server. Without `--server` it works on the database of the settings, for which a server on
 * the same data folder must not be running; with it, on the running server.
 */
import Table from 'cli-table3';
import { z } from 'zod';
import { newKeySchema } from '../http/native/schemas/keys-schema.ts';
import type { KeyRecord } from '../keys/key-record.ts';
import { resetKeys } from '../keys/key-store.ts';
import { commandConfig } from './command-config.ts';
import { databaseKeys, openKeysDatabase } from './keys/database-keys.ts';
import type { KeyAccess } from './keys/key-access.ts';
import { serverKeys } from './keys/server-keys.ts';

const whereSchema = z.object({ server: z.url().optional(), data: z.string().optional() });
const jsonSchema = z.object({ json: z.boolean().default(false) });

/** Prints the key on standard output and everything else on standard error, so that a script can take it. */
export async function createKeyCommand(given: unknown): Promise<void> {
  const key = newKeySchema.parse(given);
  const { json } = jsonSchema.parse(given);
  const created = await withKeys(given, (keys) => keys.create(key));
  if (json) return console.log(JSON.stringify({ key: created.key, ...created.record }, null, 2));
  console.error(
    `Key "${created.record.name}" (${created.record.id}, ${created.record.scope}). It is not shown again:`,
  );
  console.log(created.key);
}

export async function listKeysCommand(given: unknown): Promise<void> {
  const { json } = jsonSchema.parse(given);
  const records = await withKeys(given, (keys) => keys.list());
  if (json) console.log(JSON.stringify(records, null, 2));
  else
    console.log(records.length === 0 ? 'There are no keys. darkroom keys create makes one.' : table(records));
}

export async function revokeKeyCommand(id: unknown, given: unknown): Promise<void> {
  const wanted = z.string().parse(id);
  const { record, left } = await withKeys(given, async (keys) => ({
    record: await keys.revoke(wanted),
    left: (await keys.list()).filter(({ revokedAt }) => revokedAt === null).length,
  }));
  console.log(`Key "${record.name}" (${record.id}) is revoked.`);
  if (left > 0) return;
  console.log('No key is left, and the server still asks for one (those of API_KEYS go on working).');
  console.log(
    'Make another with: darkroom keys create. To let everyone on this machine in again: darkroom keys reset',
  );
}

/** Only on the database: whoever has just a key must not be able to open the server to everybody. */
export async function resetKeysCommand(given: unknown): Promise<void> {
  const { data } = whereSchema.parse(given);
  const database = await openKeysDatabase(commandConfig({ DARKROOM_DATA: data }));
  try {
    const count = await resetKeys(database);
    console.log(`${count} ${count === 1 ? 'key' : 'keys'} forgotten.`);
  } finally {
    await database.close();
  }
}

async function withKeys<T>(given: unknown, work: (keys: KeyAccess) => Promise<T>): Promise<T> {
  const { server, data } = whereSchema.parse(given);
  const config = commandConfig({ DARKROOM_DATA: data });
  const keys =
    server === undefined ? await databaseKeys(config) : serverKeys(server, config.DARKROOM_API_KEY);
  try {
    return await work(keys);
  } finally {
    await keys.close();
  }
}

function table(records: readonly KeyRecord[]): string {
  const rows = new Table({
    head: ['id', 'name', 'scope', 'made', 'revoked'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, name, scope, createdAt, revokedAt } of records) {
    rows.push([id, name, scope, day(createdAt), revokedAt === null ? '' : day(revokedAt)]);
  }
  return rows.toString();
}

const day = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');
