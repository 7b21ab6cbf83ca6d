import { expect, test } from 'vitest';
import { createTextSeal } from './seal-text.ts';

const seal = createTextSeal('a secret of thirty-two characters');

test('what was sealed opens again, and looks different every time', () => {
  const [one, two] = [seal.seal('hf_token ☃', 'job'), seal.seal('hf_token ☃', 'job')];
  expect(seal.open(one, 'job')).toBe('hf_token ☃');
  expect(one).not.toBe(two);
});

test('another secret, another place, a changed byte and nonsense open nothing', () => {
  const sealed = seal.seal('hf_token', 'job');
  expect(createTextSeal('another secret of many characters').open(sealed, 'job')).toBeNull();
  expect(seal.open(sealed, 'other')).toBeNull();
  const last = sealed.at(-1) === '0' ? '1' : '0';
  expect(seal.open(`${sealed.slice(0, -1)}${last}`, 'job')).toBeNull();
  expect(seal.open('00', 'job')).toBeNull();
});
