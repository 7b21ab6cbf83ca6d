/** Control images for each model id, by what its entry says: none, one that must be there, or several. */
import { describe, expect, test } from 'vitest';
import { call, refusal, render, submit } from './harness/client.ts';
import { bodyOf, controlFields, look, models, pictureOf } from './harness/models.ts';
import { difference, type Picture } from './harness/pictures.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const none = { ctrl_img_1: null, ctrl_img_2: null, ctrl_img_3: null };
const counts = models.map((entry) => {
  const { minimum: least, maximum: most } = entry.control_images;
  return { id: entry.id, entry, least, most };
});

describe.each(counts.filter(({ most }) => most === 0))('$id, which takes none,', ({ entry }) => {
  test('says that it did not use one', async () => {
    const accepted = await submit(server, bodyOf(entry, [], controlFields(1)));
    await call(server, 'POST', `/v1/requests/${accepted.request_id}/cancel`);
    expect(accepted.warnings.join('\n')).toContain('takes no control image');
  });
});

describe.each(counts.filter(({ least }) => least > 0))('$id, which needs one,', ({ entry, least }) => {
  test('is refused without it, naming the prompt and the field', async () => {
    const error = await refusal(server, bodyOf(entry, [], { ...none, ...controlFields(least - 1) }));
    expect(error).toMatchObject({ code: 'CONTROL_IMAGE_REQUIRED', status: 400 });
    expect(error.message).toContain('prompts[0]');
    expect(error.message).toContain('ctrl_img');
  });
});

/** What the most control images that a model takes look like in its output, by the model's id. */
const fullest = new Map<string, Picture>();

describe.each(counts.filter(({ most }) => most > 0))(
  '$id, which takes up to $most,',
  ({ entry, ...count }) => {
    // The numbers in between are for the night: models that take several encode each at a million pixels.
    const used = [...new Set([count.least, count.most])];

    test(`shows ${used.join(' and ')} in its output`, async () => {
      const pictures = [];
      for (const number of used)
        pictures.push(await look(server, entry, [], { ...none, ...controlFields(number) }));
      const last = pictures.at(-1);
      if (last !== undefined) fullest.set(entry.id, last);
      for (const [index, picture] of pictures.slice(1).entries()) {
        const before = pictures[index];
        if (before === undefined) throw new Error('no picture');
        expect(difference(picture, before)).toBeGreaterThan(0);
      }
    });
  },
);

describe.each(counts.filter(({ most }) => most === 1 || most === 2))('$id, of $most,', ({ entry, most }) => {
  test('leaves out what is too many, and says so', async () => {
    const rendered = await render(server, bodyOf(entry, [], { ...none, ...controlFields(most + 1) }));
    expect(rendered.warnings.join('\n')).toContain(`used the first ${most} of ${most + 1}`);
    const wanted =
      fullest.get(entry.id) ?? (await look(server, entry, [], { ...none, ...controlFields(most) }));
    expect(difference(await pictureOf(rendered), wanted)).toBe(0);
  });
});

test('a fourth picture, for which there is no field, is named in a warning', async () => {
  const [entry] = models.filter(({ control_images }) => control_images.maximum === 3);
  if (entry === undefined) throw new Error('no model takes three');
  const prompt = { ...controlFields(3), ctrl_img_4: controlFields(1).ctrl_img_1 };
  const accepted = await submit(server, bodyOf(entry, [], prompt));
  await call(server, 'POST', `/v1/requests/${accepted.request_id}/cancel`);
  expect(accepted.warnings.join('\n')).toContain('ctrl_img_4');
});
