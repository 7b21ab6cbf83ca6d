/** Sizes of a picture: shapes, and what the model makes of them. */

export interface SizeRules {
  /** Sides are floored to a multiple of it. */
  divisor: number;
  /** Every picture has about so many pixels, and width and height give the shape only. */
  area: number | null;
  maximumArea: number | null;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

export const shapes: readonly { id: string; label: string; ratio: number }[] = [
  { id: '1:1', label: '1:1', ratio: 1 },
  { id: '5:4', label: '5:4', ratio: 5 / 4 },
  { id: '4:3', label: '4:3', ratio: 4 / 3 },
  { id: '3:2', label: '3:2', ratio: 3 / 2 },
  { id: '16:9', label: '16:9', ratio: 16 / 9 },
  { id: '21:9', label: '21:9', ratio: 21 / 9 },
  { id: '4:5', label: '4:5', ratio: 4 / 5 },
  { id: '3:4', label: '3:4', ratio: 3 / 4 },
  { id: '2:3', label: '2:3', ratio: 2 / 3 },
  { id: '9:16', label: '9:16', ratio: 9 / 16 },
  { id: '9:21', label: '9:21', ratio: 9 / 21 },
];

const floorTo = (value: number, divisor: number): number =>
  Math.max(divisor, Math.floor(value / divisor) * divisor);
const roundTo = (value: number, divisor: number): number =>
  Math.max(divisor, Math.round(value / divisor) * divisor);

/** The size that the server renders where this one is asked for. */
export const snapped = ({ width, height }: Size, { divisor }: Pick<SizeRules, 'divisor'>): Size => ({
  width: floorTo(width, divisor),
  height: floorTo(height, divisor),
});

/** A shape with as many pixels as the model's own size. */
export function sizeOfShape(ratio: number, rules: SizeRules): Size {
  const area = rules.area ?? rules.width * rules.height;
  const width = Math.sqrt(area * ratio);
  return { width: roundTo(width, rules.divisor), height: roundTo(width / ratio, rules.divisor) };
}

/** The shape that a size has; null for one that has no name. */
export function shapeOf({ width, height }: Size, rules: SizeRules): string | null {
  const found = shapes.find(({ ratio }) => {
    const size = sizeOfShape(ratio, rules);
    return size.width === width && size.height === height;
  });
  return found?.id ?? null;
}

/** What will become of a size, where that is not what was asked for, or why it cannot be; else null. */
export function sizeNote(size: Size, rules: SizeRules): { text: string; refused: boolean } | null {
  const made = snapped(size, rules);
  if (rules.maximumArea !== null && made.width * made.height > rules.maximumArea)
    return {
      text: `${megapixels(made.width * made.height)} megapixels; this model takes up to ${megapixels(rules.maximumArea)}.`,
      refused: true,
    };
  const changes = [
    made.width === size.width ? null : `${size.width} becomes ${made.width}`,
    made.height === size.height ? null : `${size.height} becomes ${made.height}`,
  ].filter((text) => text !== null);
  if (changes.length > 0)
    return { text: `${changes.join(', ')}: a multiple of ${rules.divisor}.`, refused: false };
  return rules.area === null
    ? null
    : { text: 'The shape counts; the model sets the number of pixels.', refused: false };
}

const megapixels = (pixels: number): string => (pixels / 1e6).toFixed(pixels < 1e6 ? 2 : 1);
