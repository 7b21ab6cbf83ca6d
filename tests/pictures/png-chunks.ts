import { crc32, deflateSync } from 'node:zlib';

const signatureBytes = 8;
const headerBytes = 25;

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** With chunks right behind its header. */
export function withPngChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  const start = signatureBytes + headerBytes;
  return Buffer.concat([png.subarray(0, start), ...chunks, png.subarray(start)]);
}

export const profileChunk = (profile: Buffer): Buffer =>
  pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(profile, { level: 9 })]));

/** A PNG of one colour, whose rows compress to almost nothing. `colour`: 0 grey, 2 RGB, 6 RGBA. */
export function flatPng(width: number, height: number, { depth = 8, colour = 2 } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const channels = { 0: 1, 2: 3, 6: 4 }[colour] ?? 1;
  const rows = Buffer.alloc((Math.ceil((width * channels * depth) / 8) + 1) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
