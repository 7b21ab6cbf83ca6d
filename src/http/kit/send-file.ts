import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { FileStore } from '../../files/file-store.ts';
import { parseByteRange } from './byte-range.ts';

export interface SentFile {
  key: string;
  bytes: number;
  sha256: string;
  contentType: string;
  /** Safe for a header: no quotes, no path. */
  name: string;
  /** Offer it for saving instead of showing it. */
  download: boolean;
}

/**
 * Answer with a stored file: whole or the part that a Range header asks for, and 304 when the client has it already. Files
 * never change once stored, so their hash is their ETag.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  store: Pick<FileStore, 'read'>,
  file: SentFile,
): Promise<FastifyReply> {
  const etag = `"${file.sha256}"`;
  if (namesEtag(request.headers['if-none-match'], etag)) {
    return reply.code(304).headers(fileHeaders(file, etag)).send();
  }
  const wantsPart = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = parseByteRange(wantsPart ? request.headers.range : undefined, file.bytes);
  if (range.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.bytes}`);
    throw new DarkroomError(
      'RANGE_NOT_SATISFIABLE',
      `The file has ${file.bytes} bytes; the range is outside of it.`,
    );
  }
  const part = range.kind === 'part' ? range : undefined;
  const content = await store.read(file.key, part);
  if (content === null) throw new DarkroomError('OUTPUT_NOT_FOUND', 'The file of this output was removed.');
  if (part !== undefined) {
    reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${file.bytes}`);
  }
  const length = part === undefined ? file.bytes : part.end - part.start + 1;
  return reply
    .headers(fileHeaders(file, etag))
    .header('content-length', length)
    .type(file.contentType)
    .send(Readable.from(whole(content.stream, length), { objectMode: false }));
}

/** The stream, which fails when it ends early: the connection is closed then, or a client would wait for the rest. */
async function* whole(stream: AsyncIterable<unknown>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A file is read in bytes.');
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error(`A stored file ends ${left} bytes early.`);
}

function fileHeaders(file: SentFile, etag: string): Record<string, string> {
  return {
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-disposition': `${file.download ? 'attachment' : 'inline'}; filename="${file.name}"`,
    // A picture may be shown by other pages, which is what its URL is for, and by itself in a tab.
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy':
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
}

function namesEtag(header: string | undefined, etag: string): boolean {
  const names = (header ?? '').split(',').map((name) => name.trim().replace(/^W\//, ''));
  return names.includes(etag) || names.includes('*');
}
