/**
 * AVIF is a tree of boxes. Items that are not pictures (EXIF, XMP, which may be compressed) are renamed to a kind that no
 * decoder knows; everything else stays where offsets point at it.
 */
import { damaged, PictureRefused } from '../picture-refused.ts';
import type { BoundedPicture } from './bounded-picture.ts';
import { codedColourWarnings } from './png.ts';

const pictureItems = new Set(['av01', 'grid', 'iden', 'iovl', 'tmap', 'auxl']);
const mostItems = 1_000;
const sequenceBrands = new Set(['avis', 'msf1', 'iso8']);

interface Box {
  type: string;
  /** Of its content. */
  start: number;
  end: number;
}

export function boundAvif(bytes: Buffer): BoundedPicture {
  const copy = Buffer.from(bytes);
  const top = boxesOf(copy, 0, copy.length);
  const meta = top.find(({ type }) => type === 'meta');
  if (meta === undefined) throw damaged('AVIF');
  const inMeta = boxesOf(copy, meta.start + 4, meta.end);
  for (const list of inMeta.filter(({ type }) => type === 'iinf')) hideOtherItems(copy, list);
  const isSequence = hideSequence(copy, top);
  return {
    bytes: copy,
    frames: isSequence ? 'many' : 1,
    unit: 'frame',
    warnings: colourWarnings(copy, inMeta),
  };
}

function boxesOf(bytes: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = bytes.readUInt32BE(at);
    const isLong = size === 1;
    if (isLong && at + 16 > to) throw damaged('AVIF');
    const length = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : size === 0 ? to - at : size;
    if (length < 8 || at + length > to) throw damaged('AVIF');
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at + (isLong ? 16 : 8),
      end: at + length,
    });
    at += length;
  }
  return boxes;
}

function hideOtherItems(bytes: Buffer, { start, end }: Box): void {
  const entries = boxesOf(bytes, start + (bytes[start] === 0 ? 6 : 8), end).filter(
    ({ type }) => type === 'infe',
  );
  if (entries.length > mostItems) throw new PictureRefused(`it is an AVIF of more than ${mostItems} parts`);
  for (const entry of entries) {
    const version = bytes[entry.start] ?? 0;
    const at = entry.start + (version === 3 ? 10 : 8);
    if (version < 2 || at + 4 > entry.end) continue;
    if (!pictureItems.has(bytes.toString('latin1', at, at + 4))) bytes.write('skip', at, 'latin1');
  }
}

/** A sequence has a still picture too, which decoders of pictures take when the file is not announced as a sequence. */
function hideSequence(bytes: Buffer, top: readonly Box[]): boolean {
  const movie = top.find(({ type }) => type === 'moov');
  const brands = top.find(({ type }) => type === 'ftyp');
  if (movie === undefined || brands === undefined) return false;
  bytes.write('free', movie.start - 4, 'latin1');
  bytes.write('avif', brands.start, 'latin1');
  for (let at = brands.start + 8; at + 4 <= brands.end; at += 4) {
    if (sequenceBrands.has(bytes.toString('latin1', at, at + 4))) bytes.write('mif1', at, 'latin1');
  }
  return true;
}

/** Colours are named in properties of the items: as numbers (`nclx`) or by a profile, which the decoder reads. */
function colourWarnings(bytes: Buffer, inMeta: readonly Box[]): string[] {
  const properties = inMeta
    .filter(({ type }) => type === 'iprp')
    .flatMap(({ start, end }) => boxesOf(bytes, start, end))
    .filter(({ type }) => type === 'ipco')
    .flatMap(({ start, end }) => boxesOf(bytes, start, end));
  const colours = properties.filter(({ type }) => type === 'colr');
  const kindOf = ({ start }: Box): string => bytes.toString('latin1', start, start + 4);
  if (colours.some((box) => kindOf(box) === 'prof')) return [];
  const [numbers] = colours.filter((box) => kindOf(box) === 'nclx' && box.end - box.start >= 10);
  if (numbers === undefined) return [];
  return codedColourWarnings(bytes.readUInt16BE(numbers.start + 4), bytes.readUInt16BE(numbers.start + 6));
}
