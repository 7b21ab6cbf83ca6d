import { expect, test } from 'vitest';
import { machineShare } from './machine-share.ts';

const machine = { bytes: 1000, cores: 7 };

test.each([
  ['one device has all', 'cpu', ['cpu'], { hostBytes: null, threads: null }],
  ['two CPU engines share memory and cores', 'cpu:1', ['cpu:0', 'cpu:1'], { hostBytes: 500, threads: 3 }],
  ['GPUs share memory alone', 'cuda:1', ['cuda:0', 'cuda:1', 'cuda:2'], { hostBytes: 333, threads: null }],
  ['one CPU beside a GPU has all cores', 'cpu', ['cuda', 'cpu'], { hostBytes: 500, threads: null }],
])('%s', (_name, device, devices, share) => {
  expect(machineShare(device, devices, machine)).toEqual(share);
});

test('more engines than cores still have a thread each', () => {
  const devices = Array.from({ length: 9 }, (_, index) => `cpu:${index}`);
  expect(machineShare('cpu:8', devices, machine).threads).toBe(1);
});
