import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * The SHA-256 of a file, lowercase hex. A file that has not changed (same inode, size and change time) is not read again:
 * that is how a LoRA replaced under its old name is noticed, and a known one costs nothing.
 */
export function createFileHasher(): (file: string) => Promise<string> {
  const known = new Map<string, { mark: string; hash: Promise<string> }>();
  return async (file) => {
    const facts = await stat(file, { bigint: true });
    const mark = `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`;
    const entry = known.get(file);
    if (entry?.mark === mark) return entry.hash;
    const hash = hashFile(file);
    known.set(file, { mark, hash });
    hash.catch(() => known.delete(file));
    return hash;
  };
}

/** The SHA-256 of a file, lowercase hex, read now. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
