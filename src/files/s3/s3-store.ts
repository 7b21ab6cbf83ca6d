import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentHash, hashStream } from '../check-content.ts';
import { isFileKey, parseFileKey, parseFilePrefix } from '../file-key.ts';
import { ContentMismatch, type FileContent, type FileStore, type StoredFile } from '../file-store.ts';
import { openS3Bucket, type S3Bucket } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';

/**
 * Files as objects under the prefix of a bucket, on any server that speaks S3: `outputs/<job>/<file>` and `blobs/<sha256>`. An
 * object appears when all of it has arrived; it is sent in one piece, of up to 5 GB. Opening it and every method throw
 * STORAGE_UNAVAILABLE when the store cannot be reached.
 */
export async function openS3Store(location: S3Location): Promise<FileStore> {
  const bucket = await openS3Bucket(location);
  return {
    isShared: true,
    put: async (key, content, contentType) => {
      const wanted = wantedHash(key);
      const name = nameOf(key);
      if (wanted !== null) {
        const bytes = await bucket.refresh(name, contentType);
        if (bytes !== null) return { bytes, sha256: wanted };
      }
      return send(bucket, { name, content, wanted, contentType });
    },
    read: (key, range) => bucket.read(nameOf(key), { range }),
    fetch: (key, target, signal) => fetchFile(bucket, key, target, signal),
    async *list(prefix) {
      parseFilePrefix(prefix);
      for await (const { name, bytes, changedAt } of bucket.list(renamed(prefix))) {
        const key = prefix + name.slice(renamed(prefix).length);
        if (isFileKey(key)) yield { key, bytes, changedAt };
      }
    },
    remove: async (keyOrPrefix) => {
      if (!keyOrPrefix.endsWith('/')) return bucket.remove(nameOf(keyOrPrefix));
      parseFilePrefix(keyOrPrefix);
      for await (const { name } of bucket.list(renamed(keyOrPrefix))) await bucket.remove(name);
    },
    removeUnchanged: async (key, changedAt) => {
      const now = await bucket.changedAt(nameOf(key));
      if (now !== null && now <= changedAt) await bucket.remove(nameOf(key));
    },
    locate: (key) => bucket.urlOf(nameOf(key)),
    close: bucket.close,
  };
}

/** What jobs made is called outputs, as in a folder. */
const renamed = (keyOrPrefix: string): string => keyOrPrefix.replace(/^jobs\//, 'outputs/');

function nameOf(key: string): string {
  parseFileKey(key);
  return renamed(key);
}

/** The SHA-256 that the content of a blob has to have; null for other files. */
function wantedHash(key: string): string | null {
  const parsed = parseFileKey(key);
  return parsed.kind === 'blob' ? parsed.sha256 : null;
}

interface Sent {
  name: string;
  content: FileContent;
  wanted: string | null;
  contentType: string;
}

async function send(bucket: S3Bucket, { name, content, wanted, contentType }: Sent): Promise<StoredFile> {
  if (content instanceof Uint8Array) {
    const sha256 = contentHash(content, wanted);
    await bucket.put(name, { body: content, bytes: content.byteLength, contentType });
    return { bytes: content.byteLength, sha256 };
  }
  const { size: bytes } = await stat(content.path);
  const { stream, sha256 } = hashStream(wanted);
  // A request whose body fails would go on waiting for the rest of it.
  const failed = new AbortController();
  pipeline(createReadStream(content.path), stream).catch((error: unknown) => failed.abort(error));
  try {
    await bucket.put(name, { body: stream, bytes, contentType, signal: failed.signal });
    return { bytes, sha256: sha256() };
  } catch (error) {
    const { reason } = failed.signal;
    throw reason instanceof ContentMismatch ? reason : error;
  } finally {
    stream.destroy();
  }
}

async function fetchFile(
  bucket: S3Bucket,
  key: string,
  target: string,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await bucket.read(nameOf(key), { signal });
  if (found === null) return null;
  const part = `${target}.${randomUUID()}.part`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await pipeline(
      found.stream,
      hashStream(wantedHash(key)).stream,
      createWriteStream(part, { flags: 'wx' }),
      { signal },
    );
    await rename(part, target);
    return target;
  } catch (error) {
    await rm(part, { force: true });
    if (!(error instanceof ContentMismatch)) throw error;
    await bucket.remove(nameOf(key));
    return null;
  }
}
