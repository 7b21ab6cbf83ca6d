import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { plainSentence } from '../errors/sentence.ts';
import { controlImageArguments } from './control-images.ts';

const entries = [...(await loadCatalog()).values()];
const size = { width: 512, height: 256 };
const images = ['a', 'b', 'c', 'd'].map((name) => ({ sha256: name, width: 100, height: 200 }));

const picturesOf = (given: ReturnType<typeof controlImageArguments>): string[] =>
  Object.values(given.images).flatMap((image) => image.pictures);

describe('controlImageArguments', () => {
  // Of two images, the reference server shows some of these models none at all and fails on the others.
  it.each(
    entries.filter((entry) => entry.control_images.maximum === 1).map((entry) => [entry.id, entry] as const),
  )('gives %s, a model of one image, the first of two and says so', (id, entry) => {
    const given = controlImageArguments(entry, images.slice(0, 2), size, 0);
    expect(picturesOf(given)).toEqual(['a']);
    expect(given.warnings.map(plainSentence)).toEqual([
      `Prompt 1: ${id} takes one control image; used the first 1 of 2.`,
    ]);
  });

  it.each(
    entries.filter((entry) => entry.control_images.maximum > 1).map((entry) => [entry.id, entry] as const),
  )('gives %s all that it takes, in order and as a list', (_id, entry) => {
    const { maximum } = entry.control_images;
    const given = controlImageArguments(entry, images, size, 0);
    expect(picturesOf(given)).toEqual(images.slice(0, maximum).map((image) => image.sha256));
    expect(Object.values(given.images).map((image) => image.list)).toEqual([true]);
    expect(given.warnings.map(plainSentence)).toEqual([
      expect.stringContaining(`up to ${maximum} control images`),
    ]);
    expect(controlImageArguments(entry, images.slice(0, maximum), size, 0).warnings).toEqual([]);
  });

  it.each(
    entries.filter((entry) => entry.control_images.maximum === 0).map((entry) => [entry.id, entry] as const),
  )('tells a client of %s that it takes none', (_id, entry) => {
    const given = controlImageArguments(entry, images.slice(0, 1), size, 0);
    expect(given.images).toEqual({});
    expect(given.warnings.map(plainSentence)).toEqual([expect.stringContaining('takes no control image')]);
  });

  it.each([
    ['flux2', { width: 63, height: 80 }, 'has 63×80 pixels: flux2 takes pictures of at least 64×64'],
    ['flux2', { width: 64, height: 513 }, 'has 64×513 pixels: flux2 takes pictures up to 8 times as long'],
    ['qwen_image_edit_plus', { width: 1, height: 201 }, 'has 1×201 pixels: qwen_image_edit_plus takes'],
  ])('refuses for %s %j, on which the pipeline would fail', (model, shape, message) => {
    const [entry] = entries.filter(({ id }) => id === model);
    if (entry === undefined) throw new Error(`no ${model}`);
    const given = (image: { width: number; height: number }) => () =>
      controlImageArguments(entry, [{ sha256: 'a', ...image }], size, 0);
    expect(given(shape)).toThrow(`Control image 1 of prompt 1 ${message}`);
    expect(given({ width: 64, height: 512 })).not.toThrow();
  });
});
