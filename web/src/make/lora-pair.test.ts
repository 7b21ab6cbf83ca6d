import { expect, test } from 'vitest';
import { partnerOf, sideOf } from './lora-pair.ts';

test.each([
  ['x/my_lora_high_noise.safetensors', 'high'],
  ['my-LowNoise.safetensors', 'low'],
  ['high/my_lora.safetensors', null],
  ['highway.safetensors', null],
  ['slow.safetensors', null],
])('%s is for %s', (path, side) => {
  expect(sideOf(path)).toBe(side);
});

test('the other one of a pair is found in the same folder only', () => {
  const paths = ['a/x_high_noise.safetensors', 'a/x_low_noise.safetensors', 'b/x_low_noise.safetensors'];
  expect(partnerOf('a/x_high_noise.safetensors', paths)).toBe('a/x_low_noise.safetensors');
  expect(partnerOf('b/x_low_noise.safetensors', paths)).toBeNull();
  expect(partnerOf('a/other.safetensors', paths)).toBeNull();
});
