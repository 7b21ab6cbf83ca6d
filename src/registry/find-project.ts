import { eq } from 'drizzle-orm';
import { projects } from '../database/registry-schema.ts';
import type { RegistryContext } from './registry-context.ts';

export type ProjectRecord = typeof projects.$inferSelect;

/** By its id. Null for one that there is not. */
export async function findProject({ database }: RegistryContext, id: string): Promise<ProjectRecord | null> {
  const [row] = await database.queries.select().from(projects).where(eq(projects.id, id));
  return row ?? null;
}
