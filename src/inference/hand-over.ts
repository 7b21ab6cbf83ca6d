import { DarkroomError } from '../errors/darkroom-error.ts';
import { blobKey } from '../files/file-key.ts';
import { ContentMismatch, type FileStore } from '../files/file-store.ts';
import { shownPath } from '../loras/sources/remote-path.ts';

/** A file that a plan names by its hash. */
export interface NamedFile {
  kind: 'lora' | 'picture';
  sha256: string;
  /** On this machine. */
  path: string;
  /** What the client calls it. */
  name: string;
}

const contentTypes = { lora: 'application/octet-stream', picture: 'image/png' } as const;

/**
 * Put the files that a job needs where whoever renders it finds them, before the job is accepted, so that no worker can meet a
 * job whose files are still on their way. A LoRA only goes to a store that other machines read: on this one it is where it was
 * found. Pictures come last: those that no job names yet are kept for a while only. Throws LORA_INVALID, STORAGE_FULL and
 * STORAGE_UNAVAILABLE.
 */
export async function handOver(
  named: readonly NamedFile[],
  files: Pick<FileStore, 'put' | 'isShared'>,
): Promise<void> {
  const loras = files.isShared ? named.filter(({ kind }) => kind === 'lora') : [];
  const pictures = named.filter(({ kind }) => kind === 'picture');
  for (const file of [...loras, ...pictures]) await put(file, files);
}

async function put({ kind, sha256, path, name }: NamedFile, files: Pick<FileStore, 'put'>): Promise<void> {
  try {
    await files.put(blobKey(sha256), { path }, contentTypes[kind]);
  } catch (error) {
    if (kind !== 'lora' || !(error instanceof ContentMismatch)) throw error;
    const shown = shownPath(name);
    const message = `The LoRA "${shown}" changed while the request was received. Send the request again.`;
    throw new DarkroomError('LORA_INVALID', message, { details: { path: shown }, cause: error });
  }
}
