import { createHmac, timingSafeEqual } from 'node:crypto';

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
