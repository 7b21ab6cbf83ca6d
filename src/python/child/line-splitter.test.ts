import { expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: Uint8Array[], limit = 100): { lines: string[]; tooLong: number } {
  const lines: string[] = [];
  let tooLong = 0;
  const splitter = createLineSplitter({
    limit,
    onLine: (line) => lines.push(line),
    onTooLong: () => tooLong++,
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, tooLong };
}

const text = 'first\n{"fox":"🦊☃"}\r\n\n\nlast without end';

test('lines are the same however the bytes are cut', () => {
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 5, 7, 1000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(split(chunks).lines).toEqual(['first', '{"fox":"🦊☃"}', 'last without end']);
  }
});

test('a line at the limit passes; one byte more is skipped and told once, and the next line is whole', () => {
  const line = (length: number) => Buffer.from(`${'x'.repeat(length)}\n`);
  expect(split([line(100), line(101), line(3)])).toEqual({ lines: ['x'.repeat(100), 'xxx'], tooLong: 1 });
  const pieces = Array.from({ length: 50 }, () => Buffer.from('yyyyyyyyyy'));
  expect(split([...pieces, Buffer.from('\nnext\n')])).toEqual({ lines: ['next'], tooLong: 1 });
  expect(split(pieces)).toEqual({ lines: [], tooLong: 1 });
});
