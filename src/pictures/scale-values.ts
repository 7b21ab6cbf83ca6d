import sharp, { type Metadata, type Sharp } from 'sharp';

/**
 * Floating-point and 32-bit pictures, mostly depth maps: values from 0 to 1 become 0 to 255; any other range is stretched,
 * its least value black and its greatest white, since nothing in the file says what white is.
 */
export async function scaleValues(
  { depth, channels }: Metadata,
  picture: Sharp,
): Promise<{ picture: Sharp; warnings: string[] }> {
  const isGrey = channels <= 2;
  const { data, info } = await (isGrey ? picture.removeAlpha().toColourspace('b-w') : picture.removeAlpha())
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const range = rangeOf(values);
  const isUnit = (depth === 'float' || depth === 'double') && range.least >= 0 && range.most <= 1;
  const [black, white] = isUnit ? [0, 1] : [range.least, range.most];
  const factor = white > black ? 255 / (white - black) : 0;
  const bytes = Buffer.alloc(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    bytes[index] = value === Number.POSITIVE_INFINITY ? 255 : Math.round(clamp((value - black) * factor));
  }
  const { width, height } = info;
  const scaled = sharp(bytes, { raw: { width, height, channels: isGrey ? 1 : 3 } }).toColourspace('srgb');
  return { picture: scaled, warnings: warningsOf(range, isUnit) };
}

/** NaN becomes 0. */
const clamp = (value: number): number => (value > 0 ? Math.min(value, 255) : 0);

interface Range {
  least: number;
  most: number;
  /** Values that are infinite or no number. */
  others: number;
}

function rangeOf(values: Float32Array): Range {
  const range = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY, others: 0 };
  for (const value of values) {
    if (!Number.isFinite(value)) range.others += 1;
    else {
      if (value < range.least) range.least = value;
      if (value > range.most) range.most = value;
    }
  }
  return range.others === values.length ? { ...range, least: 0, most: 1 } : range;
}

function warningsOf({ least, most, others }: Range, isUnit: boolean): string[] {
  const shown = (value: number): string => String(Number(value.toPrecision(4)));
  return [
    isUnit
      ? `has floating-point values: 0 to 1 became 0 to 255.`
      : `has values from ${shown(least)} to ${shown(most)}: the least became black and the greatest white.`,
    ...(others === 0
      ? []
      : [`has ${others} values that are infinite or no numbers; they became black or white.`]),
  ];
}
