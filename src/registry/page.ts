/** Pages of lists that are ordered by a time and, where that is equal, by id. */
import { and, asc, desc, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { placeNamed } from '../errors/reference.ts';
import { said } from '../errors/sentence.ts';

export interface PageRequest {
  /** Rows on a page. */
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Newest first unless said otherwise. */
  order?: 'asc' | 'desc';
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

interface Place {
  at: Date;
  id: string;
}

interface Columns {
  at: AnyPgColumn;
  id: AnyPgColumn;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.string().regex(/^[\w-]{1,200}$/)]);

/** What selects and orders the rows of a page. Throws INVALID_REQUEST for a cursor that no page gave out. */
export function pageClauses(
  { cursor, order = 'desc' }: PageRequest,
  { at, id }: Columns,
): { where: SQL | undefined; orderBy: SQL[] } {
  const [direction, beyond] = order === 'desc' ? [desc, lt] : [asc, gt];
  const orderBy = [direction(at), direction(id)];
  if (cursor === undefined) return { where: undefined, orderBy };
  const place = parseCursor(cursor);
  const when = sql`${place.at.toISOString()}::timestamptz`;
  return { where: or(beyond(at, when), and(sql`${at} = ${when}`, beyond(id, place.id))), orderBy };
}

/** A page of `limit + 1` rows that were asked for. */
export function toPage<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => Place): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isLast = rows.length <= limit || last === undefined;
  return { items, nextCursor: isLast ? null : cursorOf(placeOf(last)) };
}

const cursorOf = ({ at, id }: Place): string =>
  Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');

function parseCursor(cursor: string): Place {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at: new Date(at), id };
  } catch (error) {
    throw new DarkroomError(
      'INVALID_REQUEST',
      said`The cursor is not one of ours. Send ${placeNamed('nextPage')} as it came, or none for the first page.`,
      { cause: error },
    );
  }
}
