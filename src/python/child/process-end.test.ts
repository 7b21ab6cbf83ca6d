import { expect, test } from 'vitest';
import { describeEnd, type ProcessEnd, withoutFolders } from './process-end.ts';

const end = (more: Partial<ProcessEnd>): ProcessEnd => ({
  code: null,
  signal: null,
  startError: null,
  lastLines: [],
  ...more,
});

test.each([
  [end({ code: 0 }), 'The engine process ended by itself.'],
  [
    end({ code: 7, lastLines: ['a', 'b', 'c', 'd'] }),
    'The engine process ended with exit code 7. Its last words: b | c | d',
  ],
  [end({ signal: 'SIGTERM' }), 'The engine process was ended by SIGTERM.'],
  [end({ signal: 'SIGSEGV' }), 'The engine process crashed in native code (SIGSEGV).'],
  [
    end({ startError: 'spawn /opt/x/python EACCES' }),
    'The Python process did not start: spawn python EACCES.',
  ],
])('%o', (given, expected) => {
  expect(describeEnd(given)).toBe(expected);
});

test('SIGKILL hints at memory', () => {
  expect(describeEnd(end({ signal: 'SIGKILL' }))).toContain('out of memory');
});

test.each([
  ['File "/home/me/engine/a.py", line 3', 'File "a.py", line 3'],
  ['C:\\Users\\me\\a.py failed', 'a.py failed'],
  ['see https://example.com/a/b and 3/4', 'see https://example.com/a/b and 3/4'],
  ['owner/name is gated', 'owner/name is gated'],
  ['/etc/passwd', 'passwd'],
])('folders are cut from %j', (given, expected) => {
  expect(withoutFolders(given)).toBe(expected);
});
