/** Files that clients have sent, as they read of them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { UploadRecord } from '../../../registry/uploads/upload-record.ts';
import type { Links } from '../../kit/links.ts';
import { prefix } from '../prefix.ts';

/** What uploads of this API are among the others. */
export const fileKind = 'replicate-file';

/** What is kept of a file beside its upload. */
export const fileFactsSchema = z.object({
  contentType: z.string(),
  md5: z.string(),
  /** Of its sender, as it came. */
  metadata: z.record(z.string(), z.unknown()),
});
export type FileFacts = z.infer<typeof fileFactsSchema>;

/** The clients ask for each of these. */
export const fileSchema = z.object({
  id: z.string(),
  name: z.string(),
  content_type: z.string(),
  size: z.int(),
  etag: z.string(),
  checksums: z.object({ sha256: z.string(), md5: z.string() }),
  metadata: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  urls: z.object({
    get: z
      .string()
      .meta({ description: 'What stands for the file in the input of a prediction or a training.' }),
    download: z.string().meta({ description: 'Its bytes. Works without a key until the file expires.' }),
  }),
});

export interface FileTold {
  links: Links;
  /** Handle of its project. */
  owner: string;
  secret: string;
}

/** Throws UPLOAD_NOT_FOUND for an upload of another API. */
export function fileAnswer(upload: UploadRecord, told: FileTold): z.input<typeof fileSchema> {
  const { contentType, md5, metadata } = factsOf(upload);
  const id = toFileId(upload.id);
  return {
    id,
    name: upload.name,
    content_type: contentType,
    size: upload.bytes ?? 0,
    etag: md5,
    checksums: { sha256: upload.blob ?? '', md5 },
    metadata,
    created_at: upload.createdAt.toISOString(),
    expires_at: upload.expiresAt.toISOString(),
    urls: {
      get: told.links.to(`${prefix}/files/${id}`),
      download: told.links.to(`${prefix}/files/${id}/download?${downloadQuery(upload, told)}`),
    },
  };
}

export function factsOf({ id, kind, facts }: UploadRecord): FileFacts {
  const read = fileFactsSchema.safeParse(facts);
  if (kind === fileKind && read.success) return read.data;
  throw fileNotFound(toFileId(id));
}

const toFileId = (upload: string): string => upload.replace(/^upload_/, '');

/** Of the upload inside. What cannot be one is not looked up. */
export const fromFileId = (id: string): string => `upload_${id}`;

export const fileNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'UPLOAD_NOT_FOUND',
    `There is no file "${id.slice(0, 64)}". Files are kept for a day: check the id, or send it again.`,
  );

function downloadQuery({ id, expiresAt }: UploadRecord, { owner, secret }: FileTold): URLSearchParams {
  const expiry = String(Math.floor(expiresAt.getTime() / 1000));
  const signature = fileSignature({ owner, id: toFileId(id), expiry }, secret).toString('base64');
  return new URLSearchParams({ owner, expiry, signature });
}

export interface SignedDownload {
  owner: string;
  id: string;
  /** Seconds since 1970. */
  expiry: string;
}

/** As the clients' documentation says: HMAC-SHA256 of `{owner} {id} {expiry}`. The secret is that of the webhooks. */
function fileSignature({ owner, id, expiry }: SignedDownload, secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${owner} ${id} ${expiry}`).digest();
}

/** Throws FORBIDDEN for a signature that is not right, or not any more. */
export function checkDownload(asked: SignedDownload, signature: string, secret: string, now: Date): void {
  const given = Buffer.from(signature, 'base64');
  const wanted = fileSignature(asked, secret);
  const isRight = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (isRight && now.getTime() < Number(asked.expiry) * 1000) return;
  throw new DarkroomError(
    'FORBIDDEN',
    'The signature of this download is wrong or has expired. Ask for the file again: its urls.download is a new one.',
  );
}
