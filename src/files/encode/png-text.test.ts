import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPngText, withPngText } from './png-text.ts';

const png = await sharp({ create: { width: 5, height: 4, channels: 3, background: '#4a7' } })
  .png()
  .toBuffer();

test('texts come back, Latin-1 or not, empty and long ones too', () => {
  const texts = [
    ['parameters', 'a cat\nSteps: 4'],
    ['latin', 'café (a, b)'],
    ['wide', '猫 😀'],
    ['empty', ''],
    ['long', 'x'.repeat(200_000)],
  ] as const;
  expect([...readPngText(withPngText(png, texts))]).toEqual(texts.map((pair) => [...pair]));
});

test('pixels and checksums stay valid for a decoder', async () => {
  const marked = withPngText(png, [['wide', '猫']]);
  const raw = (bytes: Uint8Array) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
  expect(await raw(marked)).toEqual(await raw(png));
});

test('a file that ends inside a chunk is read as far as it goes', () => {
  const marked = withPngText(png, [
    ['first', 'here'],
    ['second', 'gone'],
  ]);
  const cut = marked.subarray(0, Buffer.from(marked).indexOf('second'));
  expect(readPngText(cut).get('first')).toBe('here');
  expect(readPngText(new Uint8Array(3)).size).toBe(0);
});
