import { expect, test } from 'vitest';
import { readableLogLine } from './log-destination.ts';

test('a JSON line becomes one readable line', () => {
  const line = JSON.stringify({
    level: 40,
    time: 0,
    pid: 1,
    hostname: 'h',
    msg: 'slow',
    job: 'a',
    why: 'two words',
  });
  expect(readableLogLine(line)).toMatch(/^\d\d:\d\d:\d\d warn {2}slow job=a why="two words"\n$/);
});

test('what is not JSON passes as it is', () => {
  expect(readableLogLine('plain\n')).toBe('plain\n');
});
