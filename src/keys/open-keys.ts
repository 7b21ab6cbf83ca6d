/**
 * Who may use this server: the keys of API_KEYS, which may do everything, and those in the database.
 *
 * All of them are kept in memory by their digests, so that asking costs no query. A change in the database reaches every
 * process by a notification. Looking a digest up takes a time that says nothing of the key that it is the digest of.
 *
 * An installation that has had a key asks for one from then on: when the last one is revoked nobody gets in, rather than
 * everybody. `darkroom keys reset` forgets them all.
 */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { apiKeys } from '../database/schema.ts';
import { isLoopbackHost } from '../security/safe-binding.ts';
import { keyDigest, keyId } from './key-digest.ts';
import { type KeyRecord, localProject, type NewKey } from './key-record.ts';
import type { KeyScope } from './key-scope.ts';
import { createKey, keysChannel, listKeys, revokeKey } from './key-store.ts';

export interface KnownKey {
  id: string;
  scope: KeyScope;
  /** Id of the project that it acts in. */
  project: string;
}

export interface Keys {
  /** False while there has never been a key: the server is open, to this machine only. */
  readonly required: boolean;
  /** How many keys open this server. */
  readonly count: number;
  /** The key of an id, if it opens this server, or null. */
  find(id: string): KnownKey | null;
  /** Hear of every change of the keys, on any process. Returns what ends that. */
  onChange(listener: () => void): () => void;
  /** The key that this text is, or null. */
  identify(key: string): KnownKey | null;
  create(key: NewKey): Promise<{ key: string; record: KeyRecord }>;
  list(): Promise<KeyRecord[]>;
  /** Throws KEY_NOT_FOUND. */
  revoke(id: string): Promise<KeyRecord>;
}

export async function openKeys(options: {
  database: Database;
  config: Pick<Config, 'API_KEYS' | 'HOST'>;
  clock: () => Date;
  log: Logger;
}): Promise<Keys> {
  const { database, config, clock, log } = options;
  const fixed = config.API_KEYS.map((key): [string, KnownKey] => {
    const digest = keyDigest(key);
    return [digest, { id: keyId(digest), scope: 'admin', project: localProject }];
  });
  let known = new Map(fixed);
  let hadKeys = false;
  const listeners = new Set<() => void>();

  async function load(): Promise<void> {
    const rows = await database.queries.select().from(apiKeys);
    const working = rows.filter(({ revokedAt }) => revokedAt === null);
    known = new Map([
      ...working.map(({ digest, id, scope, project }): [string, KnownKey] => [
        digest,
        { id, scope, project },
      ]),
      ...fixed,
    ]);
    hadKeys = rows.length > 0;
    for (const listener of listeners) listener();
  }
  const isReachable = !isLoopbackHost(config.HOST);
  const reload = (): void => {
    load().catch((error: unknown) => log.error({ err: error }, 'the keys could not be read again'));
  };

  await database.listen(keysChannel, reload, reload);
  await load();
  return {
    get required() {
      return fixed.length > 0 || hadKeys || isReachable;
    },
    get count() {
      return known.size;
    },
    find: (id) => [...known.values()].find((key) => key.id === id) ?? null,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    identify: (key) => known.get(keyDigest(key)) ?? null,
    create: async (key) => {
      const created = await createKey(database, key, clock());
      await load();
      return created;
    },
    list: () => listKeys(database.queries),
    revoke: async (id) => {
      const record = await revokeKey(database, id, clock());
      await load();
      return record;
    },
  };
}
