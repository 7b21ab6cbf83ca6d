/** Zip files byte by byte (APPNOTE.TXT 4.3), so that they can also be what no packer makes. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipItem {
  name: string;
  content: Buffer | string;
  /** Unix mode, with the kind of file. */
  mode?: number;
  flags?: number;
  /** Without: deflated. */
  method?: number;
  /** Size that the headers announce, where it is not the real one. */
  claimedBytes?: number;
}

const utf8Names = 0x800;

export function zipOf(items: readonly ZipItem[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const item of items) {
    const content = Buffer.from(item.content);
    const name = Buffer.from(item.name);
    const data = item.method === undefined ? deflateRawSync(content) : content;
    const common = commonFields(item, content, data, name);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.alloc(2), name, data]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(((item.mode ?? 0o100644) << 16) >>> 0, 6);
    central.writeUInt32LE(offset, 10);
    const unix = Buffer.from([20, 3]);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), unix, common, Buffer.alloc(2), central, name]),
    );
    bodies.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}

/** What both headers have, from the version that is needed to the length of the name. */
function commonFields(item: ZipItem, content: Buffer, data: Buffer, name: Buffer): Buffer {
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(utf8Names | (item.flags ?? 0), 2);
  fields.writeUInt16LE(item.method ?? 8, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(item.claimedBytes ?? content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}
