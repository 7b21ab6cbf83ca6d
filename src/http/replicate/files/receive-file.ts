/** The form that clients send a file in: the part `content`, and beside it `metadata`, `filename` and `type`. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../../config.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { isOfForm } from '../../kit/body/form-error.ts';
import { parseJsonBody } from '../../kit/body/json-body.ts';
import { checkFields } from '../check-fields.ts';
import { invalidField } from '../problem.ts';
import { sniffedType } from './sniffed-type.ts';

type Limit = Pick<Config, 'MAX_FILE_MB'>;

export const formLimits = ({ MAX_FILE_MB }: Limit) => ({
  fileSize: MAX_FILE_MB * 10 ** 6,
  files: 2,
  fields: 10,
  fieldSize: 2 ** 20,
});

export interface ReceivedFile {
  name: string;
  contentType: string;
  md5: string;
  metadata: Record<string, unknown>;
}

const metadataSchema = z.record(z.string(), z.unknown());
const mostName = 200;

/** The file goes to `target`. Throws INVALID_REQUEST and PAYLOAD_TOO_LARGE. */
export async function receiveFile(
  request: FastifyRequest,
  target: string,
  limit: Limit,
): Promise<ReceivedFile> {
  try {
    return await readForm(request, target, limit);
  } catch (error) {
    throw known(error);
  }
}

async function readForm(request: FastifyRequest, target: string, limit: Limit): Promise<ReceivedFile> {
  let content: { name: string; type: string; md5: string; start: Buffer } | null = null;
  let metadata: Record<string, unknown> = {};
  const told: Record<string, string> = {};
  for await (const part of request.parts()) {
    if (part.fieldname === 'metadata')
      metadata = readMetadata(part.type === 'file' ? await buffer(part.file) : part.value);
    else if (part.type === 'field') {
      const [, entry] = /^metadata\[([^\]]{1,100})\]$/.exec(part.fieldname) ?? [];
      if (entry === undefined) told[part.fieldname] = String(part.value);
      else metadata = { ...metadata, [entry]: part.value };
    } else if (part.fieldname === 'content') content = await keep(part, target, limit);
    else part.file.resume();
  }
  if (content === null)
    throw invalidField('content', 'content is required: the part of the form with the file', 'required');
  return {
    name: plainName(told.filename ?? content.name),
    contentType: mediaType(told.type ?? sniffedType(content.type, content.start)),
    md5: content.md5,
    metadata,
  };
}

/** Goes into a header when the file is downloaded. */
const mediaType = (said: string): string =>
  /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(said) ? said.toLowerCase() : 'application/octet-stream';

/** The last part of a path, without what the database cannot hold. */
function plainName(name: string): string {
  const last = name.toWellFormed().replaceAll('\0', '').split(/[\\/]/).at(-1)?.trim() ?? '';
  return last === '' ? 'file' : last.slice(0, mostName);
}

/** Some clients send it as a file of JSON, others as a field, or as one field for each entry. */
function readMetadata(value: unknown): Record<string, unknown> {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const parsed = bytes instanceof Uint8Array ? (parseJsonBody(Buffer.from(bytes)) ?? {}) : bytes;
  return checkFields(metadataSchema, parsed, 'metadata');
}

const startBytes = 512;

async function keep(part: MultipartFile, target: string, { MAX_FILE_MB }: Limit) {
  const md5 = createHash('md5');
  let start = Buffer.alloc(0);
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      md5.update(chunk);
      if (start.length < startBytes) start = Buffer.concat([start, chunk]).subarray(0, startBytes);
      done(null, chunk);
    },
  });
  await pipeline(part.file, watch, createWriteStream(target));
  if (part.file.truncated) throw tooLarge(MAX_FILE_MB);
  return { name: path.basename(part.filename ?? ''), type: part.mimetype, md5: md5.digest('hex'), start };
}

const tooLarge = (most: number): DarkroomError =>
  new DarkroomError(
    'PAYLOAD_TOO_LARGE',
    `The file is larger than ${most} MB (MAX_FILE_MB). Send a smaller one, or the URL of the file in its place.`,
  );

/** What the reader of the form throws has an HTTP status of its own, or is about its parts. */
function known(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DarkroomError || !isOfForm(error)) return error;
  if ('statusCode' in error && error.statusCode === 413)
    return new DarkroomError('PAYLOAD_TOO_LARGE', `The form is too large: ${error.message}.`, {
      cause: error,
    });
  return new DarkroomError(
    'INVALID_REQUEST',
    `The form cannot be read: ${error.message}. Send multipart/form-data with the file in the part content.`,
    { cause: error },
  );
}
