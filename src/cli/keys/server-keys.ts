import type { z } from 'zod';
import { DarkroomApiError } from '../../client/api-error.ts';
import { openClient } from '../../client/open-client.ts';
import { UsageError } from '../../errors/usage-error.ts';
import {
  createdKeySchema,
  keyResponseSchema,
  keysResponseSchema,
} from '../../http/native/schemas/keys-schema.ts';
import type { KeyRecord } from '../../keys/key-record.ts';
import type { KeyAccess } from './key-access.ts';

const timeoutMs = 30_000;

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The keys of a running server, by its API. `apiKey` must be one with the scope `admin`, if the server has any. */
export function serverKeys(url: string, apiKey: string | undefined): KeyAccess {
  const base = url.replace(/\/+$/, '');
  const { api } = openClient({ url: base, apiKey });
  const limited = () => ({ signal: AbortSignal.timeout(timeoutMs) });

  async function understand<T>(call: Promise<Answer>, wanted: z.ZodType<T>): Promise<T> {
    const { data, error, response } = await call.catch((thrown: unknown) => {
      // What is no JSON is an answer too, of something else.
      if (thrown instanceof SyntaxError) throw new UsageError(notOurs(base), { cause: thrown });
      throw new UsageError(`No server answers at ${base}. Is it running, and is the URL right?`, {
        cause: thrown,
      });
    });
    const understood = wanted.safeParse(data);
    if (understood.success) return understood.data;
    const { code, message } = new DarkroomApiError(response, error);
    if (code === 'UNKNOWN') throw new UsageError(notOurs(base));
    const hint = code === 'UNAUTHORIZED' ? ' Put an admin key into DARKROOM_API_KEY.' : '';
    throw new UsageError(`${message}${hint} (${code})`);
  }

  return {
    create: async ({ project: handle, ...plain }) => {
      const body = handle === undefined ? plain : { ...plain, project: handle };
      const { key, ...record } = await understand(
        api.POST('/v1/keys', { body, ...limited() }),
        createdKeySchema,
      );
      return { key, record: toRecord(record) };
    },
    list: async () =>
      (await understand(api.GET('/v1/keys', limited()), keysResponseSchema)).keys.map(toRecord),
    revoke: async (key_id) =>
      toRecord(
        await understand(
          api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id } }, ...limited() }),
          keyResponseSchema,
        ),
      ),
    close: async () => {},
  };
}

const notOurs = (base: string): string => `${base} is not a Darkroom server of this version.`;

function toRecord(read: z.infer<typeof keyResponseSchema>): KeyRecord {
  const { id, name, scope, project, created_at, revoked_at } = read;
  return {
    id,
    name,
    scope,
    project,
    createdAt: new Date(created_at),
    revokedAt: revoked_at === null ? null : new Date(revoked_at),
  };
}
