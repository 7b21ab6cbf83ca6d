import { expect, test } from 'vitest';
import { parseDevices } from './device-list.ts';

test.each([
  ['auto', ['auto']],
  ['cuda', ['cuda']],
  ['cuda:1', ['cuda:1']],
  [' cuda:0 , cuda:1,', ['cuda:0', 'cuda:1']],
  ['cuda,cuda:1', ['cuda:0', 'cuda:1']],
  ['cpu', ['cpu']],
  ['cpu,cpu', ['cpu:0', 'cpu:1']],
  ['cpu:0,cpu:1', ['cpu:0', 'cpu:1']],
  ['cpu:1,cpu,cpu', ['cpu:1', 'cpu:0', 'cpu:2']],
  ['cuda:0,cpu', ['cuda:0', 'cpu']],
])('%j is %j', (text, devices) => {
  expect(parseDevices(text)).toEqual(devices);
});

test.each([
  [',', /names no device: use cuda:0/],
  ['gpu0', /has "gpu0", which is no device/],
  ['cuda:0,CUDA:1', /has "CUDA:1"/],
  ['cuda:0;cuda:1', /has "cuda:0;cuda:1"/],
  ['cuda:-1', /no device/],
  ['cuda:0,cuda:0', /has cuda:0 twice: one engine uses all of a device$/],
  ['cuda,cuda:0', /has cuda:0 twice/],
  ['mps,mps', /has mps twice/],
  ['cpu:1,cpu:1', /has cpu:1 twice.*write cpu,cpu/],
  ['auto,cpu', /auto beside others/],
])('%j is refused', (text, message) => {
  expect(() => parseDevices(text)).toThrow(message);
});
