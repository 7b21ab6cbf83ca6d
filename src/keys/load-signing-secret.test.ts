import { expect, test, vi } from 'vitest';
import { openMemoryDatabase } from '../database/open-database.ts';
import { loadSigningSecret } from './load-signing-secret.ts';

vi.setConfig({ testTimeout: 120_000 });

test('all who ask at once, and all who ask later, get one secret; another database has another', async () => {
  const databases = await Promise.all([openMemoryDatabase(), openMemoryDatabase()]);
  const [first, second] = databases;
  if (first === undefined || second === undefined) throw new Error('two databases');
  const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSigningSecret(first.queries)));
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
  expect(secrets[0]).toHaveLength(32);
  expect(await loadSigningSecret(first.queries)).toEqual(secrets[0]);
  expect(await loadSigningSecret(second.queries)).not.toEqual(secrets[0]);
  await Promise.all(databases.map((database) => database.close()));
});
