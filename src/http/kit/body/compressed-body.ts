/**
 * Compressed request bodies. Decompression stops with the first byte over the limit of a body, however much there would be
 * to come; what is still sent is then thrown away as it is.
 */
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../../../errors/darkroom-error.ts';

const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/** Read bodies by their Content-Encoding, up to `maxBytes` of what is in them. Another encoding is refused by its name. */
export function readCompressedBodies(app: FastifyInstance, maxBytes: number): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (encoding === 'identity' || encoding === '') return payload;
    const createDecoder = decoders.get(encoding);
    if (createDecoder === undefined) throw notRead(encoding);
    const decoder = createDecoder();
    const decoded = Object.assign(Readable.from(decode(payload, decoder, encoding, maxBytes)), {
      // Fastify compares it with the announced length.
      receivedEncodedLength: 0,
    });
    payload.once('error', (error) => decoder.destroy(error));
    payload.pipe(decoder);
    payload.on('data', (chunk: Buffer) => {
      decoded.receivedEncodedLength += chunk.length;
    });
    return decoded;
  });
}

async function* decode(
  payload: Readable,
  decoder: Transform,
  encoding: string,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of decoder) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      yield chunk;
      // Whoever counts them refuses the body.
      if (bytes > maxBytes) return;
    }
  } catch (error) {
    throw isDecoderError(error) ? notThatEncoding(encoding, error) : error;
  } finally {
    payload.unpipe(decoder);
    decoder.destroy();
  }
}

const isDecoderError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR__ERROR_)/.test(String(error.code));

function notRead(encoding: string): DarkroomError {
  return new DarkroomError(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body has the Content-Encoding "${encoding.slice(0, 40)}", and gzip, deflate, br and zstd are read. Compress it with one of them, or send it as it is without the header.`,
    { details: { received: encoding.slice(0, 40), accepted: ['gzip', 'deflate', 'br', 'zstd'] } },
  );
}

function notThatEncoding(encoding: string, cause: unknown): DarkroomError {
  const message = `The body cannot be read: it is not whole, or not compressed with ${encoding}, as its Content-Encoding says.`;
  return new DarkroomError('INVALID_REQUEST', message, {
    details: { problems: [{ path: '', message }] },
    cause,
  });
}
