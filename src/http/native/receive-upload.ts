/** Files and fields of a multipart body, as a JSON body with files beside it. */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { SetSource } from '../../registry/intake/gather-set.ts';
import { isOfForm } from '../kit/body/form-error.ts';
import { parseJsonBody } from '../kit/body/json-body.ts';

export interface Upload {
  /** Of `request`, which is JSON, and of the other fields, which are texts. */
  body: Record<string, unknown>;
  files: Extract<SetSource, { kind: 'file' }>[];
}

const limits = { files: 8000, fields: 100, fieldSize: 2 ** 20 };

type Limit = Pick<Config, 'MAX_FILE_MB'>;

/** Lets the routes of a scope read multipart bodies. */
export function readMultipart(scope: FastifyInstance, { MAX_FILE_MB }: Limit): void {
  scope.register(multipart, { limits: { ...limits, fileSize: MAX_FILE_MB * 10 ** 6 } });
}

/** Files go into `folder`, which is made. Throws INVALID_REQUEST and PAYLOAD_TOO_LARGE, and leaves no file then. */
export async function receiveUpload(
  request: FastifyRequest,
  folder: string,
  { MAX_FILE_MB }: Limit,
): Promise<Upload> {
  const upload: Upload = { body: {}, files: [] };
  await mkdir(folder, { recursive: true });
  try {
    // Pairs are told by the folders in their names.
    for await (const part of request.parts({ preservePath: true })) {
      if (part.type === 'field') Object.assign(upload.body, fieldsOf(part.fieldname, part.value));
      else {
        const file = path.join(folder, String(upload.files.length));
        await pipeline(part.file, createWriteStream(file));
        if (part.file.truncated) throw tooLarge(MAX_FILE_MB);
        upload.files.push({
          kind: 'file',
          name: part.filename === '' ? part.fieldname : part.filename,
          path: file,
        });
      }
    }
    return upload;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw known(error);
  }
}

function fieldsOf(name: string, value: unknown): object {
  if (name !== 'request') return { [name]: value };
  const parsed = parseJsonBody(Buffer.from(String(value)));
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new DarkroomError('INVALID_REQUEST', 'The field "request" must be a JSON object.');
}

const tooLarge = (most: number): DarkroomError =>
  new DarkroomError(
    'PAYLOAD_TOO_LARGE',
    `A file of the upload is larger than ${most} MB (MAX_FILE_MB). Send fewer pictures, or smaller ones.`,
  );

/** What the reader of the form throws has an HTTP status of its own, or is about its parts. */
function known(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DarkroomError || !isOfForm(error)) return error;
  if ('statusCode' in error && error.statusCode === 413)
    return new DarkroomError('PAYLOAD_TOO_LARGE', `The upload is too large: ${error.message}.`, {
      cause: error,
    });
  return new DarkroomError(
    'INVALID_REQUEST',
    `The form cannot be read: ${error.message}. Send multipart/form-data.`,
    { cause: error },
  );
}
