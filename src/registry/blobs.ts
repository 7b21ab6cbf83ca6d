/**
 * Files that rows of the registry name, by the hash of their content. Many rows may share one.
 *
 * A row of `blobs` is written when its file is whole and on disk, so whoever finds the row finds the file. The sweep goes the
 * other way: it takes the row away first, and then whatever removes unused blobs removes the file. Both happen under one lock of
 * the database, which putting a file takes for its row only, and looks after that whether the file is still there.
 */
import path from 'node:path';
import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { blobs } from '../database/registry-schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { blobKey } from '../files/file-key.ts';
import type { FileContent, FileStore, StoredFile } from '../files/file-store.ts';
import { cachedName } from '../loras/cache/lora-cache.ts';
import { hashBytes, hashFile } from '../loras/file/hash-file.ts';
import type { RegistryContext } from './registry-context.ts';

export interface BlobFacts extends StoredFile {
  mime: string;
}

export interface Blobs {
  /**
   * Keep a file, and return its hash and size once it is durable: only then may rows name it. One that is there already is not
   * written again. Throws STORAGE_FULL, STORAGE_UNAVAILABLE, and INVALID_REQUEST for an empty file.
   */
  put(content: FileContent, mime: string): Promise<BlobFacts>;
  /** Null when no row of the registry names it. */
  find(sha256: string): Promise<BlobFacts | null>;
  /** As `FileStore.read`. */
  read: (sha256: string, range?: { start: number; end: number }) => ReturnType<FileStore['read']>;
  /** Its path on this machine, where it is fetched to if need be; null when there is none. */
  locate(sha256: string, signal: AbortSignal): Promise<string | null>;
  /** Of these, those that nothing keeps, while which nobody can begin to keep one. */
  whileUnkept(hashes: readonly string[], act: (unkept: Set<string>) => Promise<void>): Promise<void>;
  /** Forget the blobs that no row names and that were put before a moment. Returns how many. */
  forgetUnnamed(before: Date): Promise<number>;
}

export function createBlobs({ database, files, cacheFolder, clock }: RegistryContext): Blobs {
  async function put(content: FileContent, mime: string): Promise<BlobFacts> {
    const sha256 = content instanceof Uint8Array ? hashBytes(content) : await hashFile(content.path);
    for (;;) {
      const { bytes } = await files.put(blobKey(sha256), content, mime);
      if (bytes === 0)
        throw new DarkroomError('INVALID_REQUEST', 'The file is empty. Send one with content.');
      await keep(database, { sha256, bytes, mime, createdAt: clock() });
      if (await isThere(files, sha256)) return { sha256, bytes, mime };
    }
  }
  return {
    put,
    find: (sha256) => findBlob(database.queries, sha256),
    read: (sha256, range) => files.read(blobKey(sha256), range),
    locate: (sha256, signal) =>
      files.fetch(blobKey(sha256), path.join(cacheFolder, cachedName(sha256)), signal),
    whileUnkept: (hashes, act) => whileUnkept(database, hashes, act),
    forgetUnnamed: (before) => forgetUnnamed(database, before),
  };
}

/** Any number that every process agrees on: putting shares it, removing has it alone. */
const sweepLock = sql.raw('720261');

function keep(database: Database, row: typeof blobs.$inferInsert): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock_shared(${sweepLock})`);
    await transaction
      .insert(blobs)
      .values(row)
      .onConflictDoUpdate({ target: blobs.sha256, set: { createdAt: row.createdAt } });
  });
}

async function isThere(files: FileStore, sha256: string): Promise<boolean> {
  const found = await files.read(blobKey(sha256), { start: 0, end: 0 });
  found?.stream.destroy();
  return found !== null;
}

async function findBlob(queries: Queries, sha256: string): Promise<BlobFacts | null> {
  const [row] = await queries.select().from(blobs).where(eq(blobs.sha256, sha256));
  return row === undefined ? null : { sha256: row.sha256, bytes: row.bytes, mime: row.mime };
}

function whileUnkept(
  database: Database,
  hashes: readonly string[],
  act: (unkept: Set<string>) => Promise<void>,
): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${sweepLock})`);
    const kept = await transaction
      .select({ sha256: blobs.sha256 })
      .from(blobs)
      .where(inArray(blobs.sha256, [...hashes]));
    const isKept = new Set(kept.map(({ sha256 }) => sha256));
    await act(new Set(hashes.filter((sha256) => !isKept.has(sha256))));
  });
}

/** Whatever names a blob: a new table that does has to stand here. */
const named: SQL = sql`
  select blob from assets union all select blob from epoch_files union all select blob from training_items
  union all select unnest(controls) from training_items
  union all select blob from uploads where blob is not null`;

function forgetUnnamed(database: Database, before: Date): Promise<number> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${sweepLock})`);
    const gone = await readRows(
      transaction,
      sql`delete from ${blobs} where created_at < ${before.toISOString()}::timestamptz
        and not exists (select from (${named}) as named where named.blob = blobs.sha256) returning sha256`,
      z.object({ sha256: z.string() }),
    );
    return gone.length;
  });
}
