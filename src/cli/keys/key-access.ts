import type { KeyRecord, NewKey } from '../../keys/key-record.ts';

/** Where `darkroom keys` works: on a running server, or on the database itself. */
export interface KeyAccess {
  create(key: NewKey): Promise<{ key: string; record: KeyRecord }>;
  list(): Promise<KeyRecord[]>;
  revoke(id: string): Promise<KeyRecord>;
  close(): Promise<void>;
}
