import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from './database.ts';

/**
 * Run a statement that drizzle's builder cannot say and check what comes back. Both drivers answer with `rows`; instants
 * arrive as text and 64-bit numbers as text or number, so the schema says what they become.
 */
export async function readRows<T>(queries: Queries, statement: SQL, row: z.ZodType<T>): Promise<T[]> {
  return rowsOf(await queries.execute(statement), row);
}

/** The same of what a driver has answered. */
export function rowsOf<T>(result: unknown, row: z.ZodType<T>): T[] {
  return answerOf(row).parse(result).rows;
}

/** What a driver answers with, for those that keep it: making a schema costs more than a small statement. */
export const answerOf = <T>(row: z.ZodType<T>): z.ZodType<{ rows: T[] }> => z.object({ rows: z.array(row) });
