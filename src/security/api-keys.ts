import { createHash, timingSafeEqual } from 'node:crypto';

export interface ApiKeys {
  /** False when no keys are configured: the server is open, and listens on loopback only. */
  readonly required: boolean;
  /** A name for the key that is safe to store and log, or null when it is not one of ours. */
  identify(key: string): string | null;
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/**
 * The keys of API_KEYS. Only digests are kept, and a candidate is compared with each of them in constant time, so that
 * neither the answer's timing nor a memory dump of this object gives a key away.
 */
export function createApiKeys(keys: readonly string[]): ApiKeys {
  const known = keys.map((key) => {
    const digest = digestOf(key);
    return { digest, id: `key_${digest.toString('hex').slice(0, 12)}` };
  });
  return {
    required: known.length > 0,
    identify(key) {
      const candidate = digestOf(key);
      let found: string | null = null;
      for (const { digest, id } of known) if (timingSafeEqual(digest, candidate)) found = id;
      return found;
    },
  };
}

/** The key in an `Authorization: Bearer <key>` header, or null when the header is absent or of another form. */
export function bearerCredential(header: string | undefined): string | null {
  const match = /^bearer +(\S+) *$/i.exec(header ?? '');
  return match?.[1] ?? null;
}
