/**
 * What a file is, by its first bytes. Decoders are only given what is on the list of formats that are read: they know more
 * formats than that (SVG, for one, which can name other files).
 */
import { PictureRefused } from './picture-refused.ts';

export const pictureFormats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif', 'bmp'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** As they are spelled in messages. */
export const formatNames: Readonly<Record<PictureFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  gif: 'GIF',
  tiff: 'TIFF',
  avif: 'AVIF',
  bmp: 'BMP',
};

const accepted = 'PNG, JPEG, WebP, AVIF, GIF, TIFF and BMP are read';
const save = 'Save it as JPEG or PNG';
const develop = 'Develop it, and save it as JPEG or PNG';
const heicAdvice = `${save} (on an iPhone: Settings > Camera > Formats > Most Compatible)`;

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const signatures: readonly (readonly [start: Buffer, format: PictureFormat])[] = [
  [latin('\x89PNG\r\n\x1a\n'), 'png'],
  [latin('\xff\xd8\xff'), 'jpeg'],
  [latin('GIF87a'), 'gif'],
  [latin('GIF89a'), 'gif'],
  [latin('II*\0'), 'tiff'],
  [latin('MM\0*'), 'tiff'],
  [latin('II+\0'), 'tiff'],
  [latin('MM\0+'), 'tiff'],
];

/** Formats that people send and that are not read: what they are called, and what to do instead. */
const others: readonly (readonly [start: Buffer, name: string, advice: string])[] = [
  [latin('\xff\x0a'), 'a JPEG XL picture', save],
  [latin('\0\0\0\x0cJXL \r\n\x87\n'), 'a JPEG XL picture', save],
  [latin('\0\0\0\x0cjP  \r\n\x87\n'), 'a JPEG 2000 picture', save],
  [latin('\xff\x4f\xff\x51'), 'a JPEG 2000 picture', save],
  [latin('%PDF'), 'a PDF', 'Export the page as PNG'],
  [latin('%!PS'), 'a PostScript file', 'Export it as PNG'],
  [latin('8BPS'), 'a Photoshop document (PSD)', 'Export it as PNG'],
  [latin('gimp xcf'), 'a GIMP document (XCF)', 'Export it as PNG'],
  [latin('\x76\x2f\x31\x01'), 'an OpenEXR picture', 'Tone-map it, and save it as PNG'],
  [latin('#?RADIANCE'), 'a Radiance HDR picture', 'Tone-map it, and save it as PNG'],
  [latin('#?RGBE'), 'a Radiance HDR picture', 'Tone-map it, and save it as PNG'],
  [latin('\0\0\x01\0'), 'an icon (ICO)', 'Save it as PNG'],
  [latin('\0\0\x02\0'), 'a cursor (CUR)', 'Save it as PNG'],
  [latin('DDS '), 'a DDS texture', 'Save it as PNG'],
  [latin('qoif'), 'a QOI picture', 'Save it as PNG'],
  [latin('\x93NUMPY'), 'a NumPy array', 'Save it as PNG'],
  [latin('FUJIFILMCCD-RAW'), 'a Fujifilm RAW photo (RAF)', develop],
  [latin('IIRO'), 'an Olympus RAW photo (ORF)', develop],
  [latin('IIRS'), 'an Olympus RAW photo (ORF)', develop],
  [latin('IIU\0'), 'a Panasonic RAW photo (RW2)', develop],
  [latin('FOVb'), 'a Sigma RAW photo (X3F)', develop],
  [latin('\x1a\x45\xdf\xa3'), 'a WebM or Matroska video', 'Send one frame of it as PNG'],
  [latin('PK\x03\x04'), 'a ZIP archive', 'Send the picture itself'],
  [latin('\x1f\x8b'), 'gzip data', 'Send the picture itself'],
];

/** Throws PictureRefused, with the name of the format where it is known, for everything that is not read. */
export function nameFormat(bytes: Buffer): PictureFormat {
  if (bytes.length === 0) throw new PictureRefused('it is empty');
  const startsWith = (start: Buffer, at = 0): boolean => bytes.subarray(at, at + start.length).equals(start);
  const known = signatures.find(([start]) => startsWith(start));
  if (known !== undefined) return known[1];
  if (startsWith(latin('RIFF'))) return riffFormat(bytes.toString('latin1', 8, 12));
  if (startsWith(latin('ftyp'), 4)) return isoFormat(bytes);
  if (startsWith(latin('BM')) && isBitmap(bytes)) return 'bmp';
  const other = others.find(([start]) => startsWith(start));
  if (other !== undefined) throw notRead(other[1], other[2]);
  throw textOrUnknown(bytes);
}

function riffFormat(form: string): PictureFormat {
  if (form === 'WEBP') return 'webp';
  throw notRead(form === 'AVI ' ? 'an AVI video' : 'a RIFF file without a picture', 'Send one frame as PNG');
}

/** HEIF and its relatives, JPEG 2000 and video share one container; the brands in its first box say which it is. */
function isoFormat(bytes: Buffer): PictureFormat {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const brands = Array.from({ length: Math.max(0, Math.floor((end - 8) / 4)) }, (_, index) =>
    bytes.toString('latin1', 8 + index * 4, 12 + index * 4),
  );
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  const [major = ''] = brands;
  if (/^(hei[cxms]|he[v][cxms])/.test(major) || brands.some((brand) => /^(hei|hev)/.test(brand)))
    throw notRead('a HEIC picture', heicAdvice);
  if (/^(mif|msf)/.test(major)) throw notRead('a HEIF picture', heicAdvice);
  if (major === 'crx ') throw notRead('a Canon RAW photo (CR3)', develop);
  throw notRead('a video (MP4 or QuickTime)', 'Send one frame of it as PNG');
}

/** `BM` begins many a text; a bitmap goes on with the size of one of the known headers. */
const isBitmap = (bytes: Buffer): boolean =>
  bytes.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14));

function textOrUnknown(bytes: Buffer): PictureRefused {
  const start = bytes
    .toString('latin1', 0, 2000)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (/^(<\?xml|<!--|<!doctype svg|<svg)/.test(start) && start.includes('<svg'))
    return notRead('an SVG drawing', 'Export it as PNG');
  if (start.startsWith('<!doctype html') || start.startsWith('<html'))
    return new PictureRefused('it is a web page, not a picture. Send the address of the picture itself');
  if (/^p[1-7]\s/.test(start))
    return notRead('a Netpbm picture (PPM, PGM, PBM, PFM or PAM)', 'Save it as PNG');
  if (/^[[{]/.test(start)) return new PictureRefused(`it is JSON, not a picture. ${accepted}`);
  return new PictureRefused(
    `it is not a picture in a format that is read (${bytes.length} bytes). ${accepted}`,
  );
}

const notRead = (name: string, advice: string): PictureRefused =>
  new PictureRefused(`it is ${name}, which is not read. ${advice}; ${accepted}`);
