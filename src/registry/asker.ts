/** Who asks, as far as the registry cares. */
import { eq, inArray, or, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { DarkroomError } from '../errors/darkroom-error.ts';

export interface Asker {
  /** Id of the project that they act in. */
  project: string;
  /** Id of their key, which is the author of what they add; null without keys. */
  keyId: string | null;
  /** Admins, and anyone on an open server: every project is theirs. */
  seesAll: boolean;
  /** They have no key: what is public may be read, and nothing else. */
  onlyPublic?: boolean;
}

/** What belongs to somebody and is shown to some. */
interface Owned {
  project: string;
  privacy: 'private' | 'unlisted' | 'public';
}

/** Rows that may be read by whoever knows their ids: those of the own project, and those that are not private. */
export function readableBy(
  asker: Asker,
  columns: { project: AnyPgColumn; privacy: AnyPgColumn },
): SQL | undefined {
  if (asker.seesAll) return undefined;
  if (asker.onlyPublic === true) return eq(columns.privacy, 'public');
  return or(eq(columns.project, asker.project), inArray(columns.privacy, ['unlisted', 'public']));
}

/** Throws FORBIDDEN for what may be read but belongs to another project. */
export function assertOwn(asker: Asker, owned: Owned, what: string): void {
  if (asker.seesAll || owned.project === asker.project) return;
  throw new DarkroomError(
    'FORBIDDEN',
    `${what} belongs to another project and can only be read with this key. Use a key of its project, or copy it into yours.`,
  );
}

/**
 * The project that something is to be done in, by its id. Throws FORBIDDEN for one that is not the asker's own.
 * `named` is what the request says; null: nothing.
 */
export function projectOf(asker: Asker, named: string | null): string {
  if (named === null || named === asker.project) return asker.project;
  if (asker.seesAll) return named;
  throw new DarkroomError(
    'FORBIDDEN',
    `This key does not act in the project "${named.slice(0, 64)}". Leave the project out, or use a key of that project.`,
  );
}
