import { expect, test } from 'vitest';
import { extendable, moreOf, moreProblem } from './more-values.ts';

const axis = (name: string, partner: string | null = null) => ({
  id: name,
  name,
  labels: ['a'],
  with: partner,
});

test('axes that go along with each other, and those without a field, are left out', () => {
  const axes = [axis('prompt'), axis('seed', 'prompt'), axis('control'), axis('scale')];
  expect(extendable({ axes }).map(({ axis: { id }, kind }) => [id, kind])).toEqual([['scale', 'numbers']]);
});

test.each([
  ['prompt', 'lines', 'a\n# b\n{c|d}', ['a', 'c', 'd']],
  ['seed', 'numbers', '1..3', [1, 2, 3]],
  ['size', 'sizes', '64 x 96', ['64x96']],
  ['lora', 'lora', 'x.safetensors', ['x.safetensors']],
] as const)('values of %s as they are typed', (name, kind, text, values) => {
  expect(moreOf(name, kind, text, {})).toEqual({ axes: [{ name, values }] });
  expect(moreOf(name, kind, '', {})).toBeNull();
});

test('more epochs are those of the model that the axis is of', () => {
  const request = { axes: [{ name: 'epoch', values: [null, 'model_1:v2@100'] }] };
  expect(moreOf('epoch', 'epochs', '', request)).toEqual({
    axes: [{ name: 'epoch', lora: { model: 'model_1', steps: 'all' } }],
  });
  expect(moreOf('epoch', 'epochs', '', { axes: [{ name: 'epoch', values: ['x.safetensors'] }] })).toBeNull();
});

test('what is no value is named', () => {
  expect(moreProblem('numbers', '1, b')).toBe('“b” is no number.');
  expect(moreProblem('lines', 'anything')).toBeNull();
});
