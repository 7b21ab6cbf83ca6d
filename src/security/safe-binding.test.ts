import { expect, test } from 'vitest';
import { assertSafeBinding } from './safe-binding.ts';

test('loopback needs no key', () => {
  for (const HOST of ['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]'])
    assertSafeBinding({ HOST, API_KEYS: [] });
});

test('anything else does, and the message says what to do', () => {
  for (const HOST of ['0.0.0.0', '::', '192.168.1.5', 'example.com', 'localhost.example.com']) {
    expect(() => assertSafeBinding({ HOST, API_KEYS: [] }), HOST).toThrow('API_KEYS');
    assertSafeBinding({ HOST, API_KEYS: ['key'] });
  }
});
