import type { z } from 'zod';
import { UsageError } from '../../errors/usage-error.ts';
import { createdKeySchema, keyResponseSchema, keysResponseSchema } from '../../http/native/keys-schema.ts';
import { errorResponseSchema } from '../../http/native/response-schema.ts';
import type { KeyRecord } from '../../keys/key-record.ts';
import type { KeyAccess } from './key-access.ts';

const timeoutMs = 30_000;

/** The keys of a running server, by its API. `apiKey` must be one with the scope `admin`, if the server has any. */
export function serverKeys(url: string, apiKey: string | undefined): KeyAccess {
  const base = url.replace(/\/+$/, '');

  async function call<T>(method: string, path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new UsageError(`No server answers at ${base}. Is it running, and is the URL right?`, {
        cause: error,
      });
    });
    return understand(await response.json().catch(() => null), answer, base);
  }

  return {
    create: async (key) => {
      const { key: text, ...record } = await call('POST', '/v1/keys', createdKeySchema, key);
      return { key: text, record: toRecord(record) };
    },
    list: async () => (await call('GET', '/v1/keys', keysResponseSchema)).keys.map(toRecord),
    revoke: async (id) =>
      toRecord(await call('DELETE', `/v1/keys/${encodeURIComponent(id)}`, keyResponseSchema)),
    close: async () => {},
  };
}

function understand<T>(body: unknown, answer: z.ZodType<T>, base: string): T {
  const wanted = answer.safeParse(body);
  if (wanted.success) return wanted.data;
  const refused = errorResponseSchema.safeParse(body);
  if (!refused.success) throw new UsageError(`${base} is not a Darkroom server of this version.`);
  const { code, message } = refused.data.error;
  const hint = code === 'UNAUTHORIZED' ? ' Put an admin key into DARKROOM_API_KEY.' : '';
  throw new UsageError(`${message}${hint} (${code})`);
}

function toRecord({ id, name, scope, created_at, revoked_at }: z.infer<typeof keyResponseSchema>): KeyRecord {
  return {
    ...{ id, name, scope },
    createdAt: new Date(created_at),
    revokedAt: revoked_at === null ? null : new Date(revoked_at),
  };
}
