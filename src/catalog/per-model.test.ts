import { expect, test } from 'vitest';
import { loadCatalog } from './load-catalog.ts';
import { checkModelNames, parsePerModel, valueFor } from './per-model.ts';

const modes = ['auto', 'none', 'model'] as const;
const parse = (text: string) => parsePerModel(text, modes, 'auto');

test.each([
  ['', 'auto', 'auto'],
  ['none', 'none', 'none'],
  ['none,flux=model', 'model', 'none'],
  [' flux = model , none ', 'model', 'none'],
  ['flux=model', 'model', 'auto'],
])('"%s": flux gets %s, others %s', (text, flux, others) => {
  expect(valueFor(parse(text), 'flux')).toBe(flux);
  expect(valueFor(parse(text), 'sdxl')).toBe(others);
});

test.each(['some', 'flux=some', 'flux=', '=', 'a=b=c'])('"%s" is refused with what is accepted', (text) => {
  expect(() => parse(text)).toThrow('none of auto, none, model');
});

test('a model that there is not is named, and the nearest one', async () => {
  const catalog = await loadCatalog();
  expect(() => checkModelNames({ OFFLOAD_MODE: parse('flux=model') }, catalog)).not.toThrow();
  expect(() => checkModelNames({ OFFLOAD_MODE: parse('flx=model') }, catalog)).toThrow(
    'OFFLOAD_MODE names the model "flx", which does not exist; did you mean flux.',
  );
});
