/** The picture of a sheet, drawn tile by tile into one buffer, so that it takes no more memory than its pixels. */
import sharp from 'sharp';
import type { PlacedLabel, Rectangle, SheetPicture } from './layout.ts';
import type { Place, SheetLayout } from './sheet.ts';

export interface DrawnCell {
  /** The file of the picture; null: there is none, and the cell is hatched. */
  picture: Uint8Array | null;
  /** What stands in a hatched cell. */
  note: string;
}

const colours = { ground: '#faf9f6', text: '#222222', hatch: '#d9d6cf', empty: '#efede8', note: '#7a756b' };
const fontSize = 13;
const lineHeight = 18;
const quality = 90;

/** `cellOf` is asked for one cell after the other. */
export async function drawSheet(
  { width, height, cells, labels }: SheetPicture,
  format: SheetLayout['format'],
  cellOf: (place: Place) => Promise<DrawnCell>,
): Promise<Uint8Array> {
  const canvas = Buffer.alloc(width * height * 3);
  const ground = await sharp({ create: { width, height: 1, channels: 3, background: colours.ground } })
    .raw()
    .toBuffer();
  for (let y = 0; y < height; y += 1) ground.copy(canvas, y * width * 3);
  const paste = (pixels: Buffer, at: Rectangle): void => {
    for (let row = 0; row < at.height; row += 1)
      pixels.copy(canvas, ((at.y + row) * width + at.x) * 3, row * at.width * 3, (row + 1) * at.width * 3);
  };
  for (const label of labels) paste(await drawText(label), label);
  const hatched = new Map<string, Buffer>();
  for (const cell of cells) {
    const { picture, note } = await cellOf(cell.place);
    if (picture === null) {
      const key = `${note} ${cell.width} ${cell.height}`;
      const pixels = hatched.get(key) ?? (await drawHatched(note, cell));
      hatched.set(key, pixels);
      paste(pixels, cell);
    } else paste(await drawTile(picture, cell), cell);
  }
  const whole = sharp(canvas, { raw: { width, height, channels: 3 } });
  switch (format) {
    case 'png':
      return whole.png().toBuffer();
    case 'jpeg':
      return whole.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'webp':
      return whole.webp({ quality, effort: 2 }).toBuffer();
  }
}

const drawTile = (picture: Uint8Array, { width, height }: Rectangle): Promise<Buffer> =>
  sharp(picture)
    .flatten({ background: colours.ground })
    .resize(width, height, { kernel: 'lanczos3', fit: 'contain', background: colours.ground })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();

function drawText({ width, height, lines, align, isTitle }: PlacedLabel): Promise<Buffer> {
  const x = align === 'middle' ? width / 2 : 0;
  const top = Math.max(fontSize, (height - lines.length * lineHeight) / 2 + fontSize);
  const texts = lines.map((line, index) => text(line, { x, y: top + index * lineHeight }, align, isTitle));
  return drawSvg(
    width,
    height,
    `<rect width="100%" height="100%" fill="${colours.ground}"/>${texts.join('')}`,
  );
}

function drawHatched(note: string, { width, height }: Rectangle): Promise<Buffer> {
  const stripes = `<pattern id="h" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="12" height="12" fill="${colours.empty}"/><rect width="5" height="12" fill="${colours.hatch}"/></pattern>`;
  const said = text(note, { x: width / 2, y: height / 2 + fontSize / 3 }, 'middle', false, colours.note);
  return drawSvg(
    width,
    height,
    `<defs>${stripes}</defs><rect width="100%" height="100%" fill="url(#h)"/>${said}`,
  );
}

const drawSvg = (width: number, height: number, content: string): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
    ),
  )
    .resize(width, height, { fit: 'fill' })
    .flatten({ background: colours.ground })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();

function text(
  content: string,
  { x, y }: { x: number; y: number },
  align: 'start' | 'middle',
  isStrong: boolean,
  colour: string = colours.text,
): string {
  const safe = content
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
  const weight = isStrong ? ' font-weight="600"' : '';
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${fontSize}"${weight} fill="${colour}" text-anchor="${align}">${safe}</text>`;
}
