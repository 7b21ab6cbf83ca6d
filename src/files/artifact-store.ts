/** Where finished files are kept. Keys are `<job>/<file>`; a store never sees another shape. */
import type { Readable } from 'node:stream';
import type { SharedFiles } from './shared-files.ts';

export interface StoredArtifact {
  bytes: number;
  /** Lowercase hex. */
  sha256: string;
}

export interface ArtifactStore {
  /** Write whole or not at all: readers never see half a file. Overwrites. */
  put(key: string, content: Uint8Array, contentType: string): Promise<StoredArtifact>;
  /** Null when there is none. `range` is inclusive, as in HTTP; `bytes` is the size of the whole file. */
  read(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ stream: Readable; bytes: number } | null>;
  /** Absolute path or URL of the file, for `file_path`. */
  locate(key: string): string;
  removeJob(job: string): Promise<void>;
}

export interface Stores {
  artifacts: ArtifactStore;
  /** Null when outputs are in a folder: then processes find files by their paths or not at all. */
  shared: SharedFiles | null;
  close(): void;
}
