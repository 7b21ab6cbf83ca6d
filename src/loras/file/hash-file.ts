import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const mostRemembered = 10_000;

/**
 * What reading a file whole gives. A file that has not changed (same inode, size and change time) is not read again: that is
 * how a LoRA replaced under its old name is noticed, and a known one costs nothing. `label` is for errors only.
 */
export function rememberUnchanged<Result>(
  read: (file: string, label: string) => Promise<Result>,
): (file: string, label: string) => Promise<Result> {
  const known = new Map<string, { mark: string; result: Promise<Result> }>();
  return async (file, label) => {
    const facts = await stat(file, { bigint: true });
    const mark = `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`;
    const entry = known.get(file);
    if (entry?.mark === mark) return entry.result;
    const result = read(file, label);
    known.delete(file);
    known.set(file, { mark, result });
    result.catch(() => {
      if (known.get(file)?.result === result) known.delete(file);
    });
    const [oldest] = known.keys();
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
    return result;
  };
}

/** The SHA-256 of a file, lowercase hex, remembered while it does not change. */
export function createFileHasher(): (file: string) => Promise<string> {
  const hash = rememberUnchanged(hashFile);
  return (file) => hash(file, file);
}

/** The SHA-256 of a file, lowercase hex, read now. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** The same of bytes in memory. */
export const hashBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
