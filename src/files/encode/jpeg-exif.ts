/** Largest EXIF block that fits a JPEG segment, in bytes. */
export const jpegExifLimit = 65_535 - 2 - 6;

/** A JPEG with an EXIF segment, behind its JFIF segment where it has one. The coded picture is not touched. */
export function withJpegExif(jpeg: Uint8Array, exif: Buffer): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const start = bytes.readUInt16BE(2) === 0xffe0 ? 4 + bytes.readUInt16BE(4) : 2;
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(exif.length + 8, 2);
  return Buffer.concat([bytes.subarray(0, start), head, exif, bytes.subarray(start)]);
}
