/** Where files are kept: in a folder of this machine, or in a bucket that all machines read. `file-key.ts` says what keys are. */
import type { Readable } from 'node:stream';

export interface StoredFile {
  bytes: number;
  /** Lowercase hex. */
  sha256: string;
}

export interface ListedFile {
  key: string;
  bytes: number;
  /** When it was put, or last put again. */
  changedAt: Date;
}

/** Bytes in memory, or a file of this machine. */
export type FileContent = Uint8Array | { path: string };

export interface FileStore {
  /** Whether other machines can read it. */
  readonly isShared: boolean;
  /**
   * Write whole or not at all: readers never see half a file. A job's file is overwritten. A blob is only stored when its bytes
   * have the hash of its key (throws ContentMismatch), and not sent again when it is there; it counts as changed now.
   */
  put(key: string, content: FileContent, contentType: string): Promise<StoredFile>;
  /** Null when there is none. `range` is inclusive, as in HTTP; `bytes` is the size of the whole file. */
  read(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ stream: Readable; bytes: number } | null>;
  /**
   * The path of the file on this machine: of the stored file itself where the store is a folder, else of `target`, which is
   * written. Null when there is none; a blob that arrives with other bytes than its key says is removed, and there is none.
   */
  fetch(key: string, target: string, signal: AbortSignal): Promise<string | null>;
  /** All files of a job, or all blobs. */
  list(prefix: string): AsyncIterable<ListedFile>;
  /** Remove one file, or all of a prefix, if there are any. */
  remove(keyOrPrefix: string): Promise<void>;
  /** Remove a blob, unless it was put again after `changedAt`, by somebody who needs it now. */
  removeUnchanged(key: string, changedAt: Date): Promise<void>;
  /** Absolute path or URL of the file, for `file_path`. */
  locate(key: string): string;
  close(): void;
}

/** The bytes are not those that the key of a blob says. */
export class ContentMismatch extends Error {}
