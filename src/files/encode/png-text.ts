import { crc32 } from 'node:zlib';

const signatureBytes = 8;
const headerChunkBytes = 25;

/**
 * A PNG with text chunks after its header: `tEXt` where the text is Latin-1, as the format wants it, else `iTXt` (UTF-8).
 * Pixels are not touched. Keywords are 1 to 79 Latin-1 characters.
 */
export function withPngText(png: Uint8Array, texts: readonly (readonly [string, string])[]): Uint8Array {
  const start = signatureBytes + headerChunkBytes;
  const chunks = texts.map(([keyword, text]) => textChunk(keyword, text));
  return Buffer.concat([png.subarray(0, start), ...chunks, png.subarray(start)]);
}

function textChunk(keyword: string, text: string): Buffer {
  const name = Buffer.from(keyword, 'latin1');
  // Latin-1 without control characters other than the line feed.
  if (/^[\n\u0020-\u007e\u00a0-\u00ff]*$/.test(text)) {
    return chunk('tEXt', Buffer.concat([name, Buffer.of(0), Buffer.from(text, 'latin1')]));
  }
  // After the keyword: not compressed, method 0, no language, no translated keyword.
  return chunk('iTXt', Buffer.concat([name, Buffer.of(0, 0, 0, 0, 0), Buffer.from(text, 'utf8')]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
}

/** The uncompressed text chunks of a PNG, by keyword. Stops at the first chunk that is not whole. */
export function readPngText(png: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const texts = new Map<string, string>();
  for (let at = signatureBytes; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const end = data.indexOf(0);
    if (type === 'tEXt' && end > 0)
      texts.set(data.toString('latin1', 0, end), data.toString('latin1', end + 1));
    if (type === 'iTXt' && end > 0 && data[end + 1] === 0) {
      const text = data.indexOf(0, data.indexOf(0, end + 3) + 1) + 1;
      texts.set(data.toString('latin1', 0, end), data.toString('utf8', text));
    }
    at += length + 12;
  }
  return texts;
}
