/**
 * A control picture on its way in: base64, a data URL or an http(s) URL becomes a file of the request, as a plain PNG whose
 * name is its hash.
 */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Reference } from '../errors/reference.ts';
import { plainSentence, type Sentence, said } from '../errors/sentence.ts';
import type { PictureAnswer, PictureTask } from './picture-messages.ts';
import type { ReadPicture } from './picture-reader.ts';
import { PictureRefused } from './picture-refused.ts';
import { type FetchBytes, sourceBytes } from './source-bytes.ts';

export interface PictureReceiver {
  fetchBytes: FetchBytes;
  read: ReadPicture;
  maximumPixels: number;
}

export interface ReceivedPicture {
  /** Of the PNG, which is `<sha256>.png` in the folder. */
  sha256: string;
  width: number;
  height: number;
  /** What was taken of it, where that is not all; continues the name of the field. */
  warnings: Sentence[];
}

export interface SentPicture {
  source: string;
  named: Reference;
  orientation: PictureTask['orientation'];
  transparency: PictureTask['transparency'];
}

/** Into an existing folder. Throws CONTROL_IMAGE_INVALID, and STORAGE_FULL when the disk is. */
export async function receivePicture(
  picture: SentPicture,
  folder: string,
  receiver: PictureReceiver,
): Promise<ReceivedPicture> {
  const { named, orientation, transparency } = picture;
  const sent = path.join(folder, `${randomUUID()}.sent`);
  try {
    await writeFile(sent, await bytesOf(picture, receiver));
    const { maximumPixels } = receiver;
    const answer = await receiver.read({ file: sent, folder, maximumPixels, orientation, transparency });
    return received(answer, named);
  } finally {
    await rm(sent, { force: true });
  }
}

function received(answer: PictureAnswer, named: Reference): ReceivedPicture {
  switch (answer.kind) {
    case 'done': {
      const { sha256, width, height, warnings } = answer;
      return { sha256, width, height, warnings };
    }
    case 'refused':
      throw invalid(named, answer.why);
    case 'failed':
      if (answer.code === 'ENOSPC' || answer.code === 'EDQUOT')
        throw new DarkroomError(
          'STORAGE_FULL',
          'The disk for control pictures is full. Free space, then try again.',
        );
      throw new Error(plainSentence(said`${named} could not be decoded: ${answer.message}`));
  }
}

async function bytesOf({ source, named }: SentPicture, { fetchBytes }: PictureReceiver): Promise<Uint8Array> {
  try {
    return await sourceBytes(source, fetchBytes);
  } catch (error) {
    if (error instanceof PictureRefused) throw invalid(named, error.message, error.cause);
    throw error;
  }
}

function invalid(named: Reference, why: string, cause: unknown = undefined): DarkroomError {
  return new DarkroomError('CONTROL_IMAGE_INVALID', said`${named} cannot be used: ${why}.`, {
    details: { field: said`${named}` },
    cause,
  });
}
