import { expect, test } from 'vitest';
import { assertSafeBinding } from './safe-binding.ts';

test('loopback needs no key', () => {
  for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]']) assertSafeBinding(host, 0);
});

test('anything else does, and the message says what to do', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com', 'localhost.example.com']) {
    expect(() => assertSafeBinding(host, 0), host).toThrow('darkroom keys create');
    assertSafeBinding(host, 1);
  }
});
