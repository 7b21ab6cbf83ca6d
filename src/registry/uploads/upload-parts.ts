/** Files that come in parts, in any order, each as often as its sender likes; completed, they become one blob. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { eq } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { uploads } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';
import { createBlobs } from '../blobs.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict } from '../registry-errors.ts';
import { ownUpload, toUploadRecord, type UploadRecord } from './upload-record.ts';
import { getUpload } from './uploads.ts';

/** Of one upload. */
export const mostParts = 1_000;
export const mostUploadBytes = 16 * 2 ** 30;

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
  const upload = toUploadRecord(ownUpload(row, asker, id));
  assertOpen(upload);
  return upload;
}

async function store(
  transaction: Queries,
  id: string,
  change: Partial<Pick<UploadRecord, 'parts' | 'state' | 'blob' | 'bytes'>>,
): Promise<UploadRecord> {
  const [row] = await transaction.update(uploads).set(change).where(eq(uploads.id, id)).returning();
  if (row === undefined) throw new Error(`The upload ${id} is gone.`);
  return toUploadRecord(row);
}

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
