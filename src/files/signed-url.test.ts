import { expect, test } from 'vitest';
import { createUrlSigner } from './signed-url.ts';

const now = new Date('2026-01-01T00:00:00Z');
const later = new Date(now.getTime() + 60_000);
const signer = createUrlSigner(Buffer.alloc(32, 7));
const signed = (file: string, until = later) =>
  Object.fromEntries(new URLSearchParams(signer.sign(file, until)));

test('a signature opens its own path until it expires', () => {
  const query = signed('/v1/requests/a/outputs/0');
  expect(signer.verify('/v1/requests/a/outputs/0', query, now)).toBe(true);
  expect(signer.verify('/v1/requests/a/outputs/0', query, new Date(later.getTime() - 1))).toBe(true);
  expect(signer.verify('/v1/requests/a/outputs/0', query, later)).toBe(false);
  expect(signer.verify('/v1/requests/a/outputs/1', query, now)).toBe(false);
});

test('another secret, another expiry, or any change of the signature is refused', () => {
  const query = signed('/a');
  const signature = query.signature ?? '';
  expect(createUrlSigner(Buffer.alloc(32, 8)).verify('/a', query, now)).toBe(false);
  expect(signer.verify('/a', { ...query, expires: String(Number(query.expires) + 1) }, now)).toBe(false);
  for (const bad of [
    '',
    'x',
    `${signature}=`,
    `${signature}A`,
    ` ${signature}`,
    signature.slice(1),
    `!${signature}`,
  ]) {
    expect(signer.verify('/a', { ...query, signature: bad }, now)).toBe(false);
  }
  for (let index = 0; index < signature.length; index++) {
    const letter = signature[index] === 'A' ? 'B' : 'A';
    const changed = `${signature.slice(0, index)}${letter}${signature.slice(index + 1)}`;
    expect(signer.verify('/a', { ...query, signature: changed }, now)).toBe(false);
  }
});

test('a query that is incomplete or not a number is refused', () => {
  const query = signed('/a');
  expect(signer.verify('/a', {}, now)).toBe(false);
  expect(signer.verify('/a', { signature: query.signature ?? '' }, now)).toBe(false);
  for (const expires of ['', 'never', '-1', '1e99', '9'.repeat(40), `${query.expires}\n`]) {
    expect(signer.verify('/a', { ...query, expires }, now)).toBe(false);
  }
});
