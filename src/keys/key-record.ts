export { localProject } from '../database/local-project.ts';

import type { apiKeys } from '../database/schema.ts';
import type { KeyScope } from './key-scope.ts';

/** What is known of a key. The key itself is shown once, when it is made. */
export interface KeyRecord {
  id: string;
  name: string;
  scope: KeyScope;
  /** Id of the project that it acts in. */
  project: string;
  createdAt: Date;
  /** Null while it works. */
  revokedAt: Date | null;
}

export interface NewKey {
  name: string;
  scope: KeyScope;
  /** Handle of the project that it acts in, which is made where there is none; by default `local`. */
  project?: string | undefined;
}

export function toKeyRecord(row: typeof apiKeys.$inferSelect): KeyRecord {
  const { id, name, scope, project, createdAt, revokedAt } = row;
  return { id, name, scope, project, createdAt, revokedAt };
}
