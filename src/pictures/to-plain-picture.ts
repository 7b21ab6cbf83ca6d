/**
 * From what a person sends to the one kind of file that the engine opens: a PNG of 8 bits in sRGB, upright, opaque unless the
 * model reads what is transparent, with nothing in it but its pixels. This is the only place that decodes a control picture, so what is accepted here cannot look
 * different, or fail, where it is rendered.
 *
 * The trainer takes `PIL.Image.open(file).convert("RGB")`. An ordinary picture (8 bits, opaque, upright, in sRGB or without a
 * profile) has the very pixels of that here, which tests hold; where that call shows something else than what a person sees
 * (alpha, orientation, 16 bits, other colours), the person's picture is taken, and a warning says so.
 */
import { decode as decodeBitmap } from '@cwasm/nsbmp';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { setting } from '../errors/reference.ts';
import { advice, type Sentence, said } from '../errors/sentence.ts';
import { type ColourProfile, readColourProfile } from './colour-profile.ts';
import { boundPicture } from './containers/bound-picture.ts';
import type { BoundedPicture } from './containers/bounded-picture.ts';
import { boundPng } from './containers/png.ts';
import { formatNames, nameFormat, type PictureFormat } from './name-format.ts';
import { damaged, PictureRefused } from './picture-refused.ts';
import { scaleValues } from './scale-values.ts';

export interface PlainPictureOptions {
  maximumPixels: number;
  /** Whether EXIF orientation is followed. */
  orientation: 'upright' | 'as_stored';
  /** Whether transparent parts are laid over white, or stay as they are for a model that reads them. */
  transparency: 'over_white' | 'kept';
}

export interface PlainPicture {
  png: Buffer;
  width: number;
  height: number;
  /** Sentences that continue “prompts[0] control image 1 ”, with a full stop. */
  warnings: Sentence[];
}

/** Speed before size: the file lives as long as its request. */
const png = { compressionLevel: 1 };
const white = '#ffffff';

/** Throws PictureRefused. */
export async function toPlainPicture(bytes: Buffer, options: PlainPictureOptions): Promise<PlainPicture> {
  const format = nameFormat(bytes);
  const bounded = boundPicture(bytes, format, options.maximumPixels);
  try {
    const source = await openSource(bounded, format, options);
    const { data, info } = await source.picture.png(png).toBuffer({ resolveWithObject: true });
    const warnings = [...frameWarnings(bounded), ...bounded.warnings, ...source.warnings];
    // Without what the encoder adds, such as a resolution: equal pixels make equal files.
    return { png: boundPng(data).bytes, width: info.width, height: info.height, warnings };
  } catch (error) {
    if (error instanceof PictureRefused) throw error;
    throw damaged(formatNames[format]);
  }
}

interface Source {
  picture: Sharp;
  warnings: Sentence[];
}

async function openSource(
  bounded: BoundedPicture,
  format: PictureFormat,
  { maximumPixels, orientation, transparency }: PlainPictureOptions,
): Promise<Source> {
  const { bytes } = bounded;
  if (format === 'bmp') return openBitmap(bytes, maximumPixels);
  const facts = await sharp(bytes, { limitInputPixels: false }).metadata();
  checkSize(facts, maximumPixels);
  const profile = profileOf(facts);
  const open = (more: SharpOptions = {}): Sharp => {
    const picture = sharp(bytes, { limitInputPixels: maximumPixels, failOn: 'error', ...more });
    return orientation === 'upright' ? picture.autoOrient() : picture;
  };
  const turned = orientationWarnings(facts.orientation ?? 1, orientation);
  const { picture, warnings } = await openAs(facts, profile, open, transparency);
  return { picture, warnings: [...turned, ...warnings] };
}

type Open = (more?: SharpOptions) => Sharp;

/** How the values of the file become 8 bits of red, green and blue. */
async function openAs(
  facts: Metadata,
  profile: ProfileUse,
  open: Open,
  transparency: PlainPictureOptions['transparency'],
): Promise<Source> {
  if (facts.depth !== 'uchar' && facts.depth !== 'ushort')
    return scaleValues(facts, open({ ignoreIcc: true }));
  if (facts.space === 'cmyk' && profile.convert === null) return mixInks(open({ ignoreIcc: true }), profile);
  const picture = open({ ignoreIcc: profile.convert === null }).toColourspace('srgb');
  const isClear = facts.hasAlpha && !(await isOpaque(open({ ignoreIcc: true })));
  const isLaid = isClear && transparency === 'over_white';
  return {
    picture: isLaid ? picture.flatten({ background: white }) : isClear ? picture : picture.removeAlpha(),
    warnings: [
      ...profile.warnings,
      ...(isLaid ? ['is partly transparent: it was laid over white.'] : []),
      ...(facts.space === 'grey16' ? await depthWarnings(open({ ignoreIcc: true })) : []),
    ],
  };
}

async function isOpaque(picture: Sharp): Promise<boolean> {
  const { data, info } = await picture.extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  return info.channels === 1 ? data.every((value) => value === 255) : false;
}

async function depthWarnings(picture: Sharp): Promise<string[]> {
  const { channels } = await picture.removeAlpha().stats();
  const most = channels[0]?.max ?? 65535;
  const dark =
    most < 16384
      ? ` Its values only reach ${most}, so it is dark; stretch them before sending it if that is not meant.`
      : '';
  return [`has 16 bits a pixel: 0 to 65535 became 0 to 255.${dark}`];
}

/** CMYK without a profile, by the formula of Pillow and of browsers: light is what the inks leave. */
async function mixInks(picture: Sharp, profile: ProfileUse): Promise<Source> {
  const { data, info } = await picture
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const rgb = Buffer.alloc(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * info.channels;
    const light = 255 - (data[at + 3] ?? 0);
    for (let ink = 0; ink < 3; ink++) {
      const product = (data[at + ink] ?? 0) * light + 128;
      rgb[pixel * 3 + ink] = Math.max(0, light - ((product + (product >> 8)) >> 8));
    }
  }
  return {
    picture: sharp(rgb, { raw: { width: info.width, height: info.height, channels: 3 } }),
    warnings: [
      ...profile.warnings,
      'has CMYK colours without a profile: they were mixed by the plain formula, and may look brighter than in print.',
    ],
  };
}

function openBitmap(bytes: Buffer, maximumPixels: number): Source {
  const isOld = bytes.readUInt32LE(14) === 12;
  const [width, height] = isOld
    ? [bytes.readUInt16LE(18), bytes.readUInt16LE(20)]
    : [Math.abs(bytes.readInt32LE(18)), Math.abs(bytes.readInt32LE(22))];
  checkSize({ width, height }, maximumPixels);
  const { data } = decodeBitmap(bytes);
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const picture = sharp(pixels, { raw: { width, height, channels: 4 } });
  return { picture: picture.removeAlpha(), warnings: [] };
}

function checkSize({ width, height }: { width: number; height: number }, maximumPixels: number): void {
  if (width * height <= maximumPixels) return;
  throw new PictureRefused(
    `it has ${width}×${height} pixels, more than the ${maximumPixels} that the server reads (MAX_CONTROL_IMAGE_PIXELS)`,
  );
}

interface ProfileUse {
  /** The profile to convert from; null to take the colours as they are. */
  convert: ColourProfile | null;
  warnings: Sentence[];
}

function profileOf({ icc, space, channels }: Metadata): ProfileUse {
  if (icc === undefined) return { convert: null, warnings: [] };
  const profile = readColourProfile(icc);
  const wanted = space === 'cmyk' ? 'CMYK' : channels <= 2 ? 'GRAY' : 'RGB';
  if (profile === null || profile.space !== wanted) {
    return {
      convert: null,
      warnings: ['has a colour profile that does not fit it; its colours were taken as they are.'],
    };
  }
  if (profile.isSrgb) return { convert: null, warnings: [] };
  return {
    convert: profile,
    warnings: [`has colours of the profile “${profile.name}”, which were converted to sRGB.`],
  };
}

function frameWarnings({ frames, unit }: BoundedPicture): string[] {
  if (frames === 1) return [];
  if (unit === 'page') return [`has ${frames} pages: the first was used.`];
  return [`is animated: the first ${frames === 'many' ? 'frame' : `of ${frames} frames`} was used.`];
}

function orientationWarnings(orientation: number, wanted: PlainPictureOptions['orientation']): Sentence[] {
  if (orientation <= 1 || orientation > 8) return [];
  return wanted === 'upright'
    ? [
        said`was turned upright, as its EXIF orientation (${orientation}) says${advice`; send ${setting('controlOrientation', 'as_stored')} to leave it as it is stored`}.`,
      ]
    : [`was left as it is stored, though its EXIF orientation (${orientation}) turns it.`];
}
