import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readSheetMark, withSheetMark } from '../files/encode/sheet-mark.ts';
import { drawSheet } from './draw-sheet.ts';
import { layOut } from './layout.ts';

const tile = (background: string, height = 32) =>
  sharp({ create: { width: 32, height, channels: 4, background } })
    .png()
    .toBuffer();

const axes = [
  { id: 'prompt', name: 'prompt', along: null, labels: ['a < b & "c" \u0001', 'c'] },
  { id: 'lora', name: 'lora', along: null, labels: ['no LoRA', 'neon'] },
];

test('every picture stands in its cell, and cells without one are hatched', async () => {
  const [picture] = layOut(axes, { rows: ['prompt'], columns: ['lora'], pages: [], tile: 64 }, 1);
  if (picture === undefined) throw new Error('no picture');
  const pictures = new Map([
    ['0,0', await tile('#ff0000')],
    ['1,1', await tile('#0000ff', 16)],
  ]);
  const drawn = await drawSheet(picture, 'png', async (place) => ({
    picture: pictures.get(place.join()) ?? null,
    note: 'failed <',
  }));
  const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([picture.width, picture.height]);
  const middleOf = (place: string, dy = 0) => {
    const cell = picture.cells.find((one) => one.place.join() === place);
    const at = ((cell?.y ?? 0) + 32 + dy) * info.width + (cell?.x ?? 0) + 32;
    return [...data.subarray(at * info.channels, at * info.channels + 3)];
  };
  expect(middleOf('0,0')).toEqual([255, 0, 0]);
  expect(middleOf('1,1')).toEqual([0, 0, 255]);
  expect(middleOf('1,1', 28)).toEqual([250, 249, 246]);
  const empty = middleOf('0,1', 20);
  expect(empty).not.toEqual([250, 249, 246]);
  expect(Math.max(...empty) - Math.min(...empty)).toBeLessThan(16);
});

test.each(['png', 'webp', 'jpeg'] as const)('a %s says which sheet it is of', async (format) => {
  const plain = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
    .toFormat(format)
    .toBuffer();
  const marked = withSheetMark(plain, format, '01KSHEET', { width: 40, height: 30 });
  expect(await readSheetMark(marked)).toBe('01KSHEET');
  expect(await readSheetMark(plain)).toBeNull();
  expect((await sharp(marked).metadata()).width).toBe(40);
});
