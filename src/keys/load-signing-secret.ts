import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { secrets } from '../database/schema.ts';

const name = 'signed-urls';
const secretBytes = 32;

/**
 * The secret that signed URLs are made with, drawn when it is first needed. It is in the database, so that a link that one
 * process gives out opens at every other; several that start at once end up with the same one.
 */
export async function loadSigningSecret(queries: Queries): Promise<Buffer> {
  const value = randomBytes(secretBytes).toString('hex');
  await queries.insert(secrets).values({ name, value }).onConflictDoNothing();
  const [row] = await queries.select().from(secrets).where(eq(secrets.name, name));
  return Buffer.from(row?.value ?? value, 'hex');
}
