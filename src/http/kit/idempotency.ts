import { createHash } from 'node:crypto';
import { DarkroomError } from '../../errors/darkroom-error.ts';

/**
 * What makes a repeated POST find the first one's job: the header, and a hash of the body to notice that it is another.
 * `secrets` are fields that are not part of the hash: a token may change between two tries. Throws INVALID_REQUEST for a bad
 * header.
 */
export function idempotencyOf(
  header: string | string[] | undefined,
  body: object,
  secrets: readonly string[],
): { key: string; bodyHash: string } | null {
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(',') : header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new DarkroomError(
      'INVALID_REQUEST',
      'The Idempotency-Key header must be 1 to 255 printable ASCII characters without spaces, such as a UUID.',
    );
  }
  const told = Object.fromEntries(Object.entries(body).filter(([name]) => !secrets.includes(name)));
  return { key, bodyHash: createHash('sha256').update(canonicalJson(told)).digest('hex') };
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${parts.join(',')}}`;
}
