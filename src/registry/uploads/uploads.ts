/**
 * Files on their way in. An upload is opened, gets its parts in any order, each as often as its sender likes, and is completed: the
 * parts become one blob. One that nobody completes is forgotten after a day.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { and, eq, gt, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { uploads } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, projectOf } from '../asker.ts';
import { createBlobs } from '../blobs.ts';
import { type Page, type PageRequest, pageClauses, toPage } from '../page.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict } from '../registry-errors.ts';
import { isRegistryId, registryId } from '../registry-ids.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Of one upload. */
export const mostParts = 1_000;
export const mostUploadBytes = 16 * 2 ** 30;

const partsSchema = z.array(z.strictObject({ number: z.int(), sha256: z.string(), bytes: z.int() }));

type UploadRow = typeof uploads.$inferSelect;

export interface UploadRecord extends Omit<UploadRow, 'parts' | 'error'> {
  /** Those that have arrived, in the order of their numbers, which count from 1. */
  parts: z.infer<typeof partsSchema>;
}

export interface NewUpload {
  /** Id of a project; null: the asker's. */
  project: string | null;
  /** What it becomes, in the words of whoever asks. */
  kind: string;
  /** Of the file. */
  name: string;
  /** Of the whole file, where that is known: then no other size is taken. */
  bytes: number | null;
}

/** A file that has arrived at once. */
export interface WholeUpload extends Omit<NewUpload, 'bytes'> {
  /** On this machine. */
  path: string;
  contentType: string;
  /** What else its dialect keeps of it. */
  facts: unknown;
}

/** Throws FORBIDDEN. */
export async function openUpload(
  { database, clock, newId }: RegistryContext,
  asker: Asker,
  asked: NewUpload,
): Promise<UploadRecord> {
  const now = clock();
  const row = {
    id: registryId('upload', newId),
    project: projectOf(asker, asked.project),
    kind: asked.kind,
    state: 'open' as const,
    name: asked.name,
    bytes: asked.bytes,
    parts: [],
    author: asker.keyId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + dayMs),
  };
  const [inserted] = await database.queries.insert(uploads).values(row).returning();
  if (inserted === undefined) throw new Error('An upload was not inserted.');
  return toRecord(inserted);
}

/** Keep a file that is there as a whole. Throws FORBIDDEN, INVALID_REQUEST for an empty file, and STORAGE_FULL. */
export async function addUpload(
  context: RegistryContext,
  asker: Asker,
  asked: WholeUpload,
): Promise<UploadRecord> {
  const project = projectOf(asker, asked.project);
  const { sha256, bytes } = await createBlobs(context).put({ path: asked.path }, asked.contentType);
  const now = context.clock();
  const [inserted] = await context.database.queries
    .insert(uploads)
    .values({
      id: registryId('upload', context.newId),
      project,
      kind: asked.kind,
      state: 'done',
      blob: sha256,
      name: asked.name,
      bytes,
      parts: [],
      facts: asked.facts,
      author: asker.keyId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + dayMs),
    })
    .returning();
  if (inserted === undefined) throw new Error('An upload was not inserted.');
  return toRecord(inserted);
}

/** Those of a kind that the asker's project has, newest first. Throws INVALID_REQUEST for a foreign cursor. */
export async function listUploads(
  { database, clock }: RegistryContext,
  asker: Asker,
  filter: PageRequest & { kind: string },
): Promise<Page<UploadRecord>> {
  const { where, orderBy } = pageClauses(filter, { at: uploads.createdAt, id: uploads.id });
  const rows = await database.queries
    .select()
    .from(uploads)
    .where(
      and(
        eq(uploads.project, asker.project),
        eq(uploads.kind, filter.kind),
        gt(uploads.expiresAt, clock()),
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(filter.limit + 1);
  const page = toPage(rows, filter.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
  return { ...page, items: page.items.map(toRecord) };
}

/** Forget an upload; what came of it stays. Throws UPLOAD_NOT_FOUND. */
export async function removeUpload(context: RegistryContext, asker: Asker, id: string): Promise<void> {
  await getUpload(context, asker, id);
  await context.database.queries.delete(uploads).where(eq(uploads.id, id));
}

/** Throws UPLOAD_NOT_FOUND. */
export async function getUpload(
  { database }: RegistryContext,
  asker: Asker,
  id: string,
): Promise<UploadRecord> {
  const [row] = isRegistryId('upload', id)
    ? await database.queries.select().from(uploads).where(eq(uploads.id, id))
    : [];
  return toRecord(ownUpload(row, asker, id));
}

/** Its file, once it is completed. Throws UPLOAD_NOT_FOUND and REGISTRY_CONFLICT. */
export async function findDoneUpload(
  context: RegistryContext,
  asker: Asker,
  id: string,
): Promise<{ sha256: string; name: string }> {
  const { blob, name } = await getUpload(context, asker, id);
  if (blob === null)
    throw conflict(`The upload "${name}" is not complete. Send the rest of it, and complete it first.`);
  return { sha256: blob, name };
}

/**
 * Keep a part; one of the same number is replaced. Throws UPLOAD_NOT_FOUND, INVALID_REQUEST, and REGISTRY_CONFLICT for an upload
 * that is complete.
 */
export async function putPart(
  context: RegistryContext,
  asker: Asker,
  id: string,
  part: { number: number; content: AsyncIterable<Uint8Array> },
): Promise<UploadRecord> {
  const upload = await getUpload(context, asker, id);
  assertOpen(upload);
  if (part.number < 1 || part.number > mostParts)
    throw new DarkroomError(
      'INVALID_REQUEST',
      `Parts are numbered from 1 to ${mostParts}, and this is number ${part.number}.`,
    );
  const kept = await withFolder(context, async (folder) => {
    const file = path.join(folder, 'part');
    await pipeline(part.content, createWriteStream(file, { flags: 'wx' }));
    return createBlobs(context).put({ path: file }, 'application/octet-stream');
  });
  return context.database.transaction(async (transaction) => {
    const open = await lockUpload(transaction, asker, id);
    const parts = open.parts.filter(({ number }) => number !== part.number);
    parts.push({ number: part.number, sha256: kept.sha256, bytes: kept.bytes });
    return store(transaction, id, { parts: parts.toSorted((a, b) => a.number - b.number) });
  });
}

/**
 * Make one file of the parts. Throws UPLOAD_NOT_FOUND, INVALID_REQUEST when parts or bytes are missing, and REGISTRY_CONFLICT for one
 * that is complete.
 */
export async function completeUpload(
  context: RegistryContext,
  asker: Asker,
  id: string,
): Promise<UploadRecord> {
  const upload = await getUpload(context, asker, id);
  if (upload.state === 'done') return upload;
  assertOpen(upload);
  assertWhole(upload);
  const blobs = createBlobs(context);
  const [only, ...more] = upload.parts;
  const whole =
    only !== undefined && more.length === 0
      ? only
      : await withFolder(context, async (folder) => {
          const file = path.join(folder, 'whole');
          for (const { sha256 } of upload.parts) {
            const found = await blobs.read(sha256);
            if (found === null) throw conflict('A part of the upload is gone. Send it again.');
            await pipeline(found.stream, createWriteStream(file, { flags: 'a' }));
          }
          return blobs.put({ path: file }, 'application/octet-stream');
        });
  return context.database.transaction(async (transaction) => {
    await lockUpload(transaction, asker, id);
    return store(transaction, id, { state: 'done', blob: whole.sha256, bytes: whole.bytes });
  });
}

/** Note what an upload became. Throws UPLOAD_NOT_FOUND. */
export async function settleUpload(
  { database }: RegistryContext,
  id: string,
  entity: string,
): Promise<UploadRecord> {
  const [row] = await database.queries
    .update(uploads)
    .set({ state: 'done', entity })
    .where(eq(uploads.id, id))
    .returning();
  return toRecord(ownUpload(row, { project: row?.project ?? '', keyId: null, seesAll: false }, id));
}

/** Forget uploads that expired before a moment; what came of them stays. Returns how many. */
export async function removeExpiredUploads({ database }: RegistryContext, now: Date): Promise<number> {
  const rows = await database.queries
    .delete(uploads)
    .where(lt(uploads.expiresAt, now))
    .returning({ id: uploads.id });
  return rows.length;
}

function assertOpen({ state, name }: UploadRecord): void {
  if (state !== 'open')
    throw conflict(`The upload "${name}" is complete, so nothing more can be sent. Open another one.`);
}

function assertWhole({ parts, bytes }: UploadRecord): void {
  const missing = parts.findIndex(({ number }, index) => number !== index + 1);
  if (parts.length === 0 || missing !== -1)
    throw new DarkroomError(
      'INVALID_REQUEST',
      `Part ${missing === -1 ? 1 : missing + 1} of the upload has not arrived. Send it, then complete the upload.`,
    );
  const arrived = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (arrived > mostUploadBytes || (bytes !== null && arrived !== bytes))
    throw new DarkroomError(
      'INVALID_REQUEST',
      `${arrived} bytes have arrived, and ${bytes ?? `at most ${mostUploadBytes}`} were to come. Send the parts that are missing or wrong again.`,
    );
}

async function lockUpload(transaction: Queries, asker: Asker, id: string): Promise<UploadRecord> {
  const [row] = await transaction.select().from(uploads).where(eq(uploads.id, id)).for('update');
  const upload = toRecord(ownUpload(row, asker, id));
  assertOpen(upload);
  return upload;
}

async function store(
  transaction: Queries,
  id: string,
  change: Partial<Pick<UploadRecord, 'parts' | 'state' | 'blob' | 'bytes'>>,
): Promise<UploadRecord> {
  const [row] = await transaction
    .update(uploads)
    .set(change)
    .where(and(eq(uploads.id, id)))
    .returning();
  if (row === undefined) throw new Error(`The upload ${id} is gone.`);
  return toRecord(row);
}

function ownUpload(row: UploadRow | undefined, asker: Asker, id: string): UploadRow {
  if (row !== undefined && (asker.seesAll || row.project === asker.project)) return row;
  throw new DarkroomError(
    'UPLOAD_NOT_FOUND',
    `There is no upload "${id.slice(0, 64).replaceAll(/[^\w]/g, '?')}" of this project. Uploads are forgotten a day after they were opened.`,
  );
}

const toRecord = ({ error: _, ...row }: UploadRow): UploadRecord => ({
  ...row,
  parts: partsSchema.parse(row.parts),
});

async function withFolder<T>(
  { scratchFolder }: Pick<RegistryContext, 'scratchFolder'>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(scratchFolder, { recursive: true });
  const folder = await mkdtemp(path.join(scratchFolder, 'upload-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
