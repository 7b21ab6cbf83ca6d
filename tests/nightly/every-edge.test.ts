/** Each model id at the ends of what a request may say: it renders, or the request is told why not, in words. */
import { describe, expect, test } from 'vitest';
import { outcome, render, submit } from '../harness/client.ts';
import { bodyOf, controlFields, look, models, smallest } from '../harness/models.ts';
import { difference } from '../harness/pictures.ts';
import { sharedServer } from '../harness/shared-server.ts';

const server = sharedServer();
const longText = Array.from({ length: 1500 }, (_, index) => `word${index}`).join(' ');

describe.each(models)('$id', (entry) => {
  const small = { ...smallest(entry), seed: 7 };
  const { width = 0 } = small;

  test('renders with the fewest steps, without guidance and with much, nothing to say, a wide shape, and one frame', async () => {
    const prompts = [
      { ...small, sample_steps: entry.minimum_steps },
      { ...small, guidance_scale: 0 },
      { ...small, guidance_scale: 1 },
      { ...small, guidance_scale: 20 },
      { ...small, prompt: '' },
      { ...small, prompt: '🐈‍⬛ 猫 кот قط', seed: 2 ** 53 - 1 },
      { ...small, width: 2 * width },
      ...(entry.output.kind === 'video' ? [{ ...small, num_frames: 1, fps: 1 }] : []),
    ];
    const { files } = await render(server, { ...bodyOf(entry), prompts });
    expect(files.length).toBe(prompts.length);
  });

  test('takes a prompt of 1,500 words, or says that it is too long', async () => {
    const prompt = { prompt: longText, neg: longText };
    const { request_id: id } = await submit(server, bodyOf(entry, [], prompt));
    const ended = await outcome(server, id);
    if (ended.status === 'succeeded') return;
    expect(ended.error).toMatch(/too long: .* tokens, and the model takes up to \d+\. Shorten it/);
  });
});

const several = models.filter(({ control_images: { minimum, maximum } }) => maximum > minimum + 1);

test.each(several)('$id shows each further control image in its output', async (entry) => {
  const { minimum, maximum } = entry.control_images;
  let before = await look(server, entry, [], controlFields(minimum));
  for (let count = minimum + 1; count <= maximum; count += 1) {
    const picture = await look(server, entry, [], controlFields(count));
    expect(difference(picture, before)).toBeGreaterThan(0);
    before = picture;
  }
});
