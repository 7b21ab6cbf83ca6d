import { expect, test } from 'vitest';
import { createOutboundPolicy } from './outbound-address.ts';

test('public addresses are allowed, all others are not', () => {
  const policy = createOutboundPolicy([]);
  for (const address of ['1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1']) {
    expect(policy.allowsAddress(address), address).toBe(true);
  }
  for (const address of ['10.0.0.1', '::', '::ffff:10.0.0.1', 'ff02::1', '255.255.255.255', 'nonsense']) {
    expect(policy.allowsAddress(address), address).toBe(false);
  }
});

test('exceptions are names, suffixes, addresses and ranges', () => {
  const policy = createOutboundPolicy(['minio', '*.lan', '192.168.7.7', '10.0.0.0/8', 'fd00::/8']);
  expect(policy.allowsHost('minio')).toBe(true);
  expect(policy.allowsHost('nas.lan')).toBe(true);
  expect(policy.allowsHost('nas.lan.evil.test')).toBe(false);
  expect(policy.allowsAddress('192.168.7.7')).toBe(true);
  expect(policy.allowsAddress('192.168.7.8')).toBe(false);
  expect(policy.allowsAddress('10.255.0.1')).toBe(true);
  expect(policy.allowsAddress('::ffff:10.255.0.1')).toBe(true);
  expect(policy.allowsAddress('fd12::1')).toBe(true);
});

test('an exception that is none of these is refused by name', () => {
  expect(() => createOutboundPolicy(['http://minio'])).toThrow('http://minio');
});
