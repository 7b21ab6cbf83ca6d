/** Files that were sent here before, where an input names one by its URL: they are read from the store and never asked for over HTTP. */
import { buffer } from 'node:stream/consumers';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { DialectParts } from '../../dialect.ts';
import { invalidField } from '../problem.ts';
import { factsOf, fromFileId } from './file-answer.ts';

export interface OwnFile {
  sha256: string;
  name: string;
  contentType: string;
}

/** By whatever name the client knows this server. */
const fileUrl =
  /^https?:\/\/[^?#]*\/replicate(?:\/v1){0,2}\/files\/([0-9a-z]{26})(?:\/download)?\/?(?:[?#].*)?$/;

/**
 * The file that a URL of this server stands for; null for any other text. Throws INVALID_REQUEST, with the field that named it, for
 * one that is not there or that the asker may not see.
 */
export async function findOwnFile(
  text: string,
  field: string,
  asker: Asker,
  { registry, clock }: Pick<DialectParts, 'registry' | 'clock'>,
): Promise<OwnFile | null> {
  const [, id] = fileUrl.exec(text) ?? [];
  if (id === undefined) return null;
  const gone = () =>
    invalidField(field, `There is no file "${id}". Files are kept for a day: send it again, and its new URL`);
  try {
    const upload = await registry.uploads.get(asker, fromFileId(id));
    if (upload.blob === null || upload.expiresAt <= clock()) throw gone();
    return { sha256: upload.blob, name: upload.name, contentType: factsOf(upload).contentType };
  } catch (error) {
    throw error instanceof DarkroomError && error.code === 'UPLOAD_NOT_FOUND' ? gone() : error;
  }
}

/** What is to be read as a picture: a file of this server as a data URL, any other text as it is. Throws as `findOwnFile`. */
export async function withOwnFile(
  text: string,
  field: string,
  asker: Asker,
  parts: Pick<DialectParts, 'registry' | 'clock' | 'files'>,
): Promise<string> {
  const file = await findOwnFile(text, field, asker, parts);
  if (file === null) return text;
  const found = await parts.files.read(blobKey(file.sha256));
  if (found === null)
    throw invalidField(field, `The content of the file "${file.name}" is gone. Send it again`);
  return `data:${file.contentType};base64,${(await buffer(found.stream)).toString('base64')}`;
}
