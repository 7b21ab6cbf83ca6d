import sharp, { type OverlayOptions } from 'sharp';

export interface SheetCell {
  row: number;
  column: number;
  image: Uint8Array;
}

export interface ContactSheet {
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly SheetCell[];
}

const side = 256;
const gap = 12;
const header = 44;
const footer = 30;

/** One PNG with a column for each LoRA and a row for each prompt, so that equal seeds stand side by side. */
export function contactSheet({ rows, columns, cells }: ContactSheet): Promise<Uint8Array> {
  const width = gap + columns.length * (side + gap);
  const height = header + rows.length * (side + footer + gap);
  return drawSheet(width, height, cells, captions(width, height, rows, columns));
}

async function drawSheet(
  width: number,
  height: number,
  cells: readonly SheetCell[],
  texts: string,
): Promise<Uint8Array> {
  const pictures = await Promise.all(cells.map(placed));
  return sharp({ create: { width, height, channels: 3, background: '#faf9f6' } })
    .composite([...pictures, { input: Buffer.from(texts), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

async function placed({ row, column, image }: SheetCell): Promise<OverlayOptions> {
  const input = await sharp(image).resize(side, side, { kernel: 'lanczos3' }).png().toBuffer();
  return { input, left: leftOf(column), top: topOf(row) };
}

const leftOf = (column: number): number => gap + column * (side + gap);
const topOf = (row: number): number => header + row * (side + footer + gap);

function captions(
  width: number,
  height: number,
  rows: readonly string[],
  columns: readonly string[],
): string {
  const titles = columns.map((text, column) =>
    label(text, leftOf(column) + side / 2, header - 14, 18, '#222'),
  );
  const prompts = rows.flatMap((text, row) =>
    columns.map((_, column) => label(text, leftOf(column) + side / 2, topOf(row) + side + 20, 13, '#666')),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${[...titles, ...prompts].join('')}</svg>`;
}

function label(text: string, x: number, y: number, size: number, color: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${color}" text-anchor="middle">${safe}</text>`;
}
