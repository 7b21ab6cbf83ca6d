import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { nameFormat, type PictureFormat } from '../../pictures/name-format.ts';
import { PictureRefused } from '../../pictures/picture-refused.ts';
import type { PictureReceiver } from '../../pictures/receive-picture.ts';
import { sourceBytes } from '../../pictures/source-bytes.ts';
import type { BlobFacts, Blobs } from '../blobs.ts';
import type { AssetRow } from './read-assets.ts';

/** A picture or clip as it is sent. */
export interface SentAsset {
  /** Base64, a data URL or an http(s) URL, or the bytes themselves. */
  source: string | Uint8Array;
  /** What its sender calls it. */
  name: string;
}

/** What is known of it once its blob is kept. */
export interface ReceivedAsset extends Pick<AssetRow, 'kind' | 'width' | 'height'> {
  blob: BlobFacts;
}

/**
 * Keep a picture or clip that is sent, as it is: a picture has to be one that can be decoded. Throws INVALID_REQUEST for what cannot
 * be used, STORAGE_FULL and STORAGE_UNAVAILABLE.
 */
export type ReceiveAsset = (sent: SentAsset) => Promise<ReceivedAsset>;

export interface ReceiveAssetParts {
  blobs: Pick<Blobs, 'put'>;
  images: PictureReceiver;
  /** Parent of the folders that pictures are decoded in. */
  scratchFolder: string;
}

export function createReceiveAsset(parts: ReceiveAssetParts): ReceiveAsset {
  return async ({ source, name }) => {
    try {
      const bytes = typeof source === 'string' ? await sourceBytes(source, parts.images.fetchBytes) : source;
      return await keep(Buffer.from(bytes), parts);
    } catch (error) {
      if (!(error instanceof PictureRefused)) throw error;
      throw new DarkroomError(
        'INVALID_REQUEST',
        `"${name.slice(0, 100)}" cannot be used: ${error.message}.`,
        {
          details: { name: name.slice(0, 200) },
          cause: error,
        },
      );
    }
  };
}

async function keep(bytes: Buffer, parts: ReceiveAssetParts): Promise<ReceivedAsset> {
  const clip = clipType(bytes);
  if (clip !== null)
    return { kind: 'video', width: null, height: null, blob: await parts.blobs.put(bytes, clip) };
  const mime = mimes[nameFormat(bytes)];
  const size = await sizeOf(bytes, parts);
  return { kind: 'image', ...size, blob: await parts.blobs.put(bytes, mime) };
}

const mimes: Readonly<Record<PictureFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
  bmp: 'image/bmp',
};

/** Of the containers that clips come in; null for anything else. */
function clipType(bytes: Buffer): string | null {
  const major = bytes.toString('latin1', 4, 8) === 'ftyp' ? bytes.toString('latin1', 8, 12) : '';
  if (major === 'qt  ') return 'video/quicktime';
  if (/^(isom|iso\d|mp4\d|avc1|M4V |dash|MSNV)$/.test(major)) return 'video/mp4';
  return bytes.subarray(0, 4).equals(Buffer.from('\x1a\x45\xdf\xa3', 'latin1')) ? 'video/webm' : null;
}

/** As it is seen, upright. Throws PictureRefused where it does not decode. */
async function sizeOf(
  bytes: Buffer,
  { images, scratchFolder }: ReceiveAssetParts,
): Promise<{ width: number; height: number }> {
  const folder = path.join(scratchFolder, `asset-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, 'sent');
    await writeFile(file, bytes);
    const { maximumPixels } = images;
    const answer = await images.read({
      file,
      folder,
      maximumPixels,
      orientation: 'upright',
      transparency: 'kept',
    });
    switch (answer.kind) {
      case 'done':
        return { width: answer.width, height: answer.height };
      case 'refused':
        throw new PictureRefused(answer.why);
      case 'failed':
        throw Object.assign(new Error(`A picture could not be decoded: ${answer.message}`), {
          code: answer.code,
        });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
