/**
 * An EXIF block (a TIFF file without pictures) with three texts. libvips writes EXIF too, but turns what is not ASCII into
 * question marks and cuts texts at their last parenthesis.
 *
 * Big-endian, so that the UTF-16 of the comment is in the same order for readers that follow the block and for those that
 * always take it for big-endian.
 */
const tags = { imageDescription: 0x010e, software: 0x0131, exifFolder: 0x8769, userComment: 0x9286 };
const types = { ascii: 2, long: 4, undefined: 7 };
const headerBytes = 8;

export interface ExifTexts {
  /** ASCII. */
  imageDescription: string;
  /** ASCII. */
  software: string;
  /** Any text. */
  userComment: string | null;
}

interface Entry {
  tag: number;
  type: number;
  value: Buffer;
}

export function exifBlock({ imageDescription, software, userComment }: ExifTexts): Buffer {
  const main: Entry[] = [ascii(tags.imageDescription, imageDescription), ascii(tags.software, software)];
  const header = Buffer.from('MM\0*\0\0\0\x08', 'latin1');
  if (userComment === null) return Buffer.concat([header, folder(main, headerBytes)]);
  // The pointer has the same size whatever it says, so the first pass measures where the second folder starts.
  const pointer = (offset: number): Entry => ({
    tag: tags.exifFolder,
    type: types.long,
    value: long(offset),
  });
  const second = headerBytes + folder([...main, pointer(0)], headerBytes).length;
  const comment = {
    tag: tags.userComment,
    type: types.undefined,
    value: Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), Buffer.from(userComment, 'utf16le').swap16()]),
  };
  return Buffer.concat([header, folder([...main, pointer(second)], headerBytes), folder([comment], second)]);
}

/** A TIFF directory that starts at `offset`, its longer values behind it. Entries must be in the order of their tags. */
function folder(entries: readonly Entry[], offset: number): Buffer {
  const tableBytes = 2 + entries.length * 12 + 4;
  const table = Buffer.alloc(tableBytes);
  table.writeUInt16BE(entries.length, 0);
  const values: Buffer[] = [];
  let next = offset + tableBytes;
  entries.forEach(({ tag, type, value }, index) => {
    const at = 2 + index * 12;
    table.writeUInt16BE(tag, at);
    table.writeUInt16BE(type, at + 2);
    table.writeUInt32BE(type === types.long ? 1 : value.length, at + 4);
    if (value.length <= 4) {
      value.copy(table, at + 8);
      return;
    }
    table.writeUInt32BE(next, at + 8);
    const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(0)]);
    values.push(padded);
    next += padded.length;
  });
  return Buffer.concat([table, ...values]);
}

const ascii = (tag: number, text: string): Entry => ({
  tag,
  type: types.ascii,
  value: Buffer.from(`${text}\0`, 'latin1'),
});

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The ImageDescription of a big-endian EXIF block; null when there is none, or when the block is not one of ours. */
export function readImageDescription(block: Buffer): string | null {
  if (block.length < headerBytes + 2 || block.toString('latin1', 0, 4) !== 'MM\0*') return null;
  const start = block.readUInt32BE(4);
  if (start + 2 > block.length) return null;
  const count = block.readUInt16BE(start);
  for (let at = start + 2; at + 12 <= block.length && at < start + 2 + count * 12; at += 12) {
    if (block.readUInt16BE(at) !== tags.imageDescription) continue;
    const length = block.readUInt32BE(at + 4);
    const value = block.readUInt32BE(at + 8);
    return length <= 4 ? null : block.toString('latin1', value, value + length - 1);
  }
  return null;
}
