/**
 * Files on their way in. An upload is opened, gets its parts (`upload-parts.ts`), and is completed; or it arrives at once. One that
 * nobody completes is forgotten after a day.
 */
import { and, eq, gt, lt } from 'drizzle-orm';
import { uploads } from '../../database/registry-schema.ts';
import { type Asker, projectOf } from '../asker.ts';
import { createBlobs } from '../blobs.ts';
import { type Page, type PageRequest, pageClauses, toPage } from '../page.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict } from '../registry-errors.ts';
import { isRegistryId, registryId } from '../registry-ids.ts';
import { ownUpload, toUploadRecord, type UploadRecord } from './upload-record.ts';

const dayMs = 24 * 60 * 60 * 1000;
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
  return toUploadRecord(inserted);
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
  return toUploadRecord(inserted);
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
  return { ...page, items: page.items.map(toUploadRecord) };
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
  return toUploadRecord(ownUpload(row, asker, id));
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
  return toUploadRecord(ownUpload(row, { project: row?.project ?? '', keyId: null, seesAll: false }, id));
}

/** Forget uploads that expired before a moment; what came of them stays. Returns how many. */
export async function removeExpiredUploads({ database }: RegistryContext, now: Date): Promise<number> {
  const rows = await database.queries
    .delete(uploads)
    .where(lt(uploads.expiresAt, now))
    .returning({ id: uploads.id });
  return rows.length;
}
