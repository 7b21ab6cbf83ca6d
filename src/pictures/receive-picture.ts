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

export interface PictureReceiver {
  /** Bytes of an http(s) URL through the outbound guard. Throws DarkroomError or Error with a message fit to show. */
  fetchBytes: (url: string) => Promise<Uint8Array>;
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
  { source, named, orientation, transparency }: SentPicture,
  folder: string,
  receiver: PictureReceiver,
): Promise<ReceivedPicture> {
  const sent = path.join(folder, `${randomUUID()}.sent`);
  try {
    await writeFile(sent, await sourceBytes(source, named, receiver));
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

async function sourceBytes(source: string, named: Reference, receiver: PictureReceiver): Promise<Uint8Array> {
  if (!/^https?:/i.test(source)) return decodeBase64(source, named);
  try {
    return await receiver.fetchBytes(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it could not be fetched';
    throw invalid(named, `it could not be fetched: ${why}`, error);
  }
}

function decodeBase64(source: string, named: Reference): Uint8Array {
  const isDataUrl = /^data:/i.test(source);
  const comma = isDataUrl ? source.indexOf(',') : -1;
  if (isDataUrl && !/;base64$/i.test(source.slice(0, comma))) {
    throw invalid(named, 'its data URL is not base64 (data:image/png;base64,…)');
  }
  const text = source.slice(comma + 1);
  if (!/^\s*[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(text)) {
    throw invalid(named, 'it is neither an http(s) URL nor base64');
  }
  return Buffer.from(text, 'base64');
}

function invalid(named: Reference, why: string, cause: unknown = undefined): DarkroomError {
  return new DarkroomError('CONTROL_IMAGE_INVALID', said`${named} cannot be used: ${why}.`, {
    details: { field: said`${named}` },
    cause,
  });
}
