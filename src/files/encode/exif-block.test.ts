import { expect, test } from 'vitest';
import { exifBlock, readImageDescription } from './exif-block.ts';

test('the description comes back whatever its length, with and without a comment', () => {
  for (const length of [1, 2, 3, 4, 5, 6, 7, 1000, 1001]) {
    const imageDescription = 'd'.repeat(length);
    for (const userComment of [null, '', '猫 😀', 'odd']) {
      const block = exifBlock({ imageDescription, software: 'Darkroom', userComment });
      expect(readImageDescription(block)).toBe(length < 4 ? null : imageDescription);
    }
  }
});

test('what is not one of our blocks is null, never an exception', () => {
  const block = exifBlock({ imageDescription: 'a description', software: 'Darkroom', userComment: 'c' });
  expect(readImageDescription(Buffer.from('II*\0garbage'))).toBeNull();
  expect(readImageDescription(Buffer.alloc(0))).toBeNull();
  for (let length = 0; length < block.length; length++) {
    expect(() => readImageDescription(block.subarray(0, length))).not.toThrow();
  }
  const lost = Buffer.from(block);
  lost.writeUInt32BE(0xffffffff, 4);
  expect(readImageDescription(lost)).toBeNull();
});
