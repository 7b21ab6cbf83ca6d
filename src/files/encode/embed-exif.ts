/**
 * EXIF blocks put into coded pictures, which are not touched. JPEG has a segment for it, WebP a chunk that only its extended
 * form may have.
 */

const riffHeaderBytes = 12;
const exifFlag = 0x08;

/** Largest EXIF block that fits a JPEG segment, in bytes. */
export const jpegExifLimit = 65_535 - 2 - 6;

/** A JPEG with an EXIF segment, behind its JFIF segment where it has one. */
export function withJpegExif(jpeg: Uint8Array, exif: Buffer): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const start = bytes.readUInt16BE(2) === 0xffe0 ? 4 + bytes.readUInt16BE(4) : 2;
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(exif.length + 8, 2);
  return Buffer.concat([bytes.subarray(0, start), head, exif, bytes.subarray(start)]);
}

/**
 * A WebP with an EXIF chunk. Metadata is only allowed in the extended form, which starts with a VP8X chunk (flags and
 * size); the simple form that the encoder writes for an opaque picture gets one.
 */
export function withWebpExif(
  webp: Uint8Array,
  exif: Buffer,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks = Buffer.from(bytes.subarray(riffHeaderBytes));
  const isExtended = chunks.toString('latin1', 0, 4) === 'VP8X';
  if (isExtended) chunks.writeUInt8(chunks.readUInt8(8) | exifFlag, 8);
  const parts = [...(isExtended ? [] : [extendedHeader(width, height)]), chunks, chunk('EXIF', exif)];
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts]);
  const header = Buffer.from('RIFF\0\0\0\0', 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

function extendedHeader(width: number, height: number): Buffer {
  const data = Buffer.alloc(10);
  data.writeUInt8(exifFlag, 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return chunk('VP8X', data);
}

function chunk(name: string, data: Buffer): Buffer {
  const header = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)]);
}
