import { expect, test } from 'vitest';
import { assertLongKeys, assertSafeBinding } from './safe-binding.ts';

test('loopback needs no key', () => {
  for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]']) assertSafeBinding(host, 0);
});

test('anything else does, and the message says what to do', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com', 'localhost.example.com']) {
    expect(() => assertSafeBinding(host, 0), host).toThrow('darkroom keys create');
    assertSafeBinding(host, 1);
  }
});

test('a key that can be guessed is refused where others can reach the server, and never repeated', () => {
  expect(() => assertLongKeys('0.0.0.0', ['a-long-key-for-everything', 'letmein'])).toThrow(
    'a key of 7 characters',
  );
  expect(() => assertLongKeys('0.0.0.0', ['letmein'])).not.toThrow('letmein');
  assertLongKeys('0.0.0.0', ['x'.repeat(16)]);
  assertLongKeys('127.0.0.1', ['letmein']);
});
