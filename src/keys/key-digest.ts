import { createHash, randomBytes } from 'node:crypto';

/** A new key: 256 random bits, so that its bare digest is as good a secret store as a slow hash of a password. */
export const drawKey = (): string => `dk_${randomBytes(32).toString('base64url')}`;

/** SHA-256 in hex: all that is ever stored or compared of a key. */
export const keyDigest = (key: string): string => createHash('sha256').update(key).digest('hex');

/** A name for a key that is safe to store and log. */
export const keyId = (digest: string): string => `key_${digest.slice(0, 12)}`;
