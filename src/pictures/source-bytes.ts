import { PictureRefused } from './picture-refused.ts';

/** Bytes of an http(s) URL through the outbound guard. Throws DarkroomError or Error with a message fit to show. */
export type FetchBytes = (url: string) => Promise<Uint8Array>;

/** The bytes of a picture that is sent as base64, as a data URL or as an http(s) URL. Throws PictureRefused. */
export async function sourceBytes(source: string, fetchBytes: FetchBytes): Promise<Uint8Array> {
  if (!/^https?:/i.test(source)) return decodeBase64(source);
  try {
    return await fetchBytes(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it could not be fetched';
    throw new PictureRefused(`it could not be fetched: ${why}`, { cause: error });
  }
}

function decodeBase64(source: string): Uint8Array {
  const isDataUrl = /^data:/i.test(source);
  const comma = isDataUrl ? source.indexOf(',') : -1;
  if (isDataUrl && !/;base64$/i.test(source.slice(0, comma))) {
    throw new PictureRefused('its data URL is not base64 (data:image/png;base64,…)');
  }
  const text = source.slice(comma + 1);
  if (!/^\s*[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(text)) {
    throw new PictureRefused('it is neither an http(s) URL nor base64');
  }
  return Buffer.from(text, 'base64');
}
