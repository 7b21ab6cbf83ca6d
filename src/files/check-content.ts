import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { ContentMismatch } from './file-store.ts';

const mismatch = (wanted: string, found: string): ContentMismatch =>
  new ContentMismatch(`The content has the SHA-256 ${found} instead of ${wanted}.`);

/** The SHA-256 of `content`. Throws ContentMismatch when another one is wanted. */
export function contentHash(content: Uint8Array, wanted: string | null): string {
  const found = createHash('sha256').update(content).digest('hex');
  if (wanted !== null && found !== wanted) throw mismatch(wanted, found);
  return found;
}

/**
 * Passes bytes on and hashes them. The last chunk is held back until the hash is known: when another one is wanted, the stream
 * fails with ContentMismatch before its end, so that whoever writes it never has a whole file.
 */
export function hashStream(wanted: string | null): { stream: Transform; sha256: () => string } {
  const hash = createHash('sha256');
  let held: Buffer | null = null;
  let found = '';
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const before = held;
      held = chunk;
      done(null, before);
    },
    flush(done) {
      found = hash.digest('hex');
      if (wanted !== null && found !== wanted) done(mismatch(wanted, found));
      else done(null, held);
    },
  });
  return { stream, sha256: () => found };
}
