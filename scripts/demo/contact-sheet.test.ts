import sharp from 'sharp';
import { expect, test } from 'vitest';
import { contactSheet } from './contact-sheet.ts';

const picture = (background: string) =>
  sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toBuffer();

test('every picture stands in its row and column', async () => {
  const sheet = await contactSheet({
    rows: ['a < b', 'c & d'],
    columns: ['no LoRA', 'neon'],
    cells: [
      { row: 0, column: 0, image: await picture('#ff0000') },
      { row: 1, column: 1, image: await picture('#0000ff') },
    ],
  });
  const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * info.channels).subarray(0, 3),
  ];
  expect(at(140, 172)).toEqual([255, 0, 0]);
  expect(at(408, 470)).toEqual([0, 0, 255]);
  expect(at(408, 172)).toEqual([250, 249, 246]);
});
