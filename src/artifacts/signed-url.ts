import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Signs paths of files, so that a link works without a key until it expires. */
export interface UrlSigner {
  /** The query string, without `?`, that opens `path` until `expiresAt` (kept to the second). */
  sign(path: string, expiresAt: Date): string;
  /** Whether the query was made by `sign` for this very path, and has not expired. */
  verify(path: string, query: { expires?: string; signature?: string }, now: Date): boolean;
}

export function createUrlSigner(secret: Buffer): UrlSigner {
  const signatureOf = (path: string, expires: string): Buffer =>
    createHmac('sha256', secret).update(`${expires}\n${path}`).digest();
  return {
    sign(path, expiresAt) {
      const expires = String(Math.floor(expiresAt.getTime() / 1000));
      return `expires=${expires}&signature=${signatureOf(path, expires).toString('base64url')}`;
    },
    verify(path, { expires, signature }, now) {
      if (typeof expires !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(expires))
        return false;
      const expected = signatureOf(path, expires);
      const given = Buffer.from(signature, 'base64url');
      // base64url ignores what it cannot read: only the exact spelling counts.
      const isSame = given.length === expected.length && timingSafeEqual(given, expected);
      return isSame && signature === expected.toString('base64url') && now.getTime() < Number(expires) * 1000;
    },
  };
}

const secretBytes = 32;

/**
 * The secret of a data folder, drawn when it is first needed, readable by its owner only. Several processes that start at
 * once end up with the same one. Throws an Error when the file was damaged.
 */
export async function loadSigningSecret(dataFolder: string): Promise<Buffer> {
  const file = path.join(dataFolder, 'signing-secret');
  await mkdir(dataFolder, { recursive: true });
  const text = await readFile(file, 'utf8').catch(() => drawSecret(file));
  const secret = Buffer.from(text.trim(), 'hex');
  if (secret.length !== secretBytes) {
    throw new Error(`${file} is damaged. Remove it: links that were given out stop working, nothing else.`);
  }
  return secret;
}

/** Written aside and linked into place: whoever comes first wins, and nobody reads half a secret. */
async function drawSecret(file: string): Promise<string> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(aside, randomBytes(secretBytes).toString('hex'), { mode: 0o600, flag: 'wx' });
  try {
    await link(aside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
  return readFile(file, 'utf8');
}
