/**
 * A control image on its way in: base64, a data URL or an http(s) URL, checked and written to a file as it was sent. The
 * engine decodes it with PIL, as the trainer does, so here it is only proved to be a whole picture of a sane size.
 */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { ResolvedControlImage } from '../render/request.ts';

const formats: Record<string, string> = { jpeg: 'jpg', png: 'png', webp: 'webp', gif: 'gif', tiff: 'tiff' };

export interface ImageReceiver {
  /** Bytes of an http(s) URL through the outbound guard. Throws DarkroomError or Error with a message fit to show. */
  fetchBytes: (url: string) => Promise<Uint8Array>;
  maximumPixels: number;
}

/**
 * Receive one control image. `label` names the field in messages, `target` is the path without extension.
 * Throws CONTROL_IMAGE_INVALID.
 */
export async function receiveImage(
  source: string,
  label: string,
  target: string,
  receiver: ImageReceiver,
): Promise<ResolvedControlImage> {
  const bytes = await sourceBytes(source, label, receiver);
  const { extension, width, height } = await inspect(bytes, label, receiver.maximumPixels);
  const file = `${target}.${extension}`;
  await writeFile(file, bytes);
  return { file, width, height };
}

async function sourceBytes(source: string, label: string, receiver: ImageReceiver): Promise<Uint8Array> {
  if (!/^https?:/i.test(source)) return decodeBase64(source, label);
  try {
    return await receiver.fetchBytes(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it could not be fetched';
    throw invalid(label, `it could not be fetched: ${why}`, error);
  }
}

function decodeBase64(source: string, label: string): Uint8Array {
  const comma = source.startsWith('data:') ? source.indexOf(',') : -1;
  if (source.startsWith('data:') && !source.slice(0, comma).endsWith(';base64')) {
    throw invalid(label, 'its data URL is not base64 (data:image/png;base64,…)');
  }
  const text = source.slice(comma + 1).replaceAll(/\s/g, '');
  if (text === '' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) {
    throw invalid(label, 'it is neither an http(s) URL nor base64');
  }
  return Buffer.from(text, 'base64');
}

async function inspect(
  bytes: Uint8Array,
  label: string,
  maximumPixels: number,
): Promise<{ extension: string; width: number; height: number }> {
  // The header is read first: the pixel limit must refuse a picture before any of it is decoded.
  const facts = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw invalid(
        label,
        `it does not decode as a picture (${bytes.byteLength} bytes). PNG, JPEG, WebP, GIF and TIFF are read`,
        error,
      );
    });
  const extension = formats[facts.format ?? ''];
  if (extension === undefined)
    throw invalid(label, `its format ${facts.format} is not read. Send PNG, JPEG, WebP, GIF or TIFF`);
  if (facts.width * facts.height > maximumPixels) {
    throw invalid(
      label,
      `it has ${facts.width}×${facts.height} pixels, more than the ${maximumPixels} that the server reads (MAX_CONTROL_IMAGE_PIXELS)`,
    );
  }
  await sharp(bytes, { limitInputPixels: maximumPixels, failOn: 'truncated' })
    .stats()
    .catch((error: unknown) => {
      throw invalid(label, 'its data is cut short or damaged', error);
    });
  return { extension, width: facts.width, height: facts.height };
}

function invalid(label: string, why: string, cause: unknown = undefined): DarkroomError {
  return new DarkroomError('CONTROL_IMAGE_INVALID', `${label} cannot be used: ${why}.`, {
    details: { field: label },
    cause,
  });
}
