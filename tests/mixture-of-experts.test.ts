/** Models with a high- and a low-noise transformer: each LoRA is for one side, and changes only that. */
import { describe, expect, test } from 'vitest';
import { refusal } from './harness/client.ts';
import { bodyOf, look, loraForms, models } from './harness/models.ts';
import { difference, type Picture } from './harness/pictures.ts';
import type { LoraItem } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const experts = models.filter(({ lora }) => lora.experts !== undefined);

test('there are such models', () => {
  expect(experts.length).toBeGreaterThan(0);
});

describe.each(experts)('$id', (entry) => {
  const picture = (loras: LoraItem[]): Promise<Picture> => look(server, entry, loras);
  const sides = () => {
    const [high, low] = loraForms(server, entry);
    if (high === undefined || low === undefined) throw new Error('one file for each side');
    return { high, low };
  };

  test('takes a LoRA for either side, for both in any order, and each does something else', async () => {
    const { high, low } = sides();
    expect([high.transformer, low.transformer]).toEqual(['high', 'low']);
    const pictures = [
      await picture([]),
      await picture([high]),
      await picture([low]),
      await picture([high, low]),
      await picture([{ ...high, transformer: 'low' }]),
      await picture([{ ...high, network_multiplier: 0.5 }, low]),
    ];
    expect(new Set(pictures.map(({ pixels }) => pixels.toString('base64'))).size).toBe(pictures.length);
    const [, , , both] = pictures;
    if (both === undefined) throw new Error('no picture');
    expect(difference(both, await picture([low, high]))).toBe(0);
  });

  test('is refused without the side, saying what to send', async () => {
    const { high, low } = sides();
    const error = await refusal(server, bodyOf(entry, [high, { path: low.path }]));
    expect(error).toMatchObject({ code: 'MOE_FORMAT_REQUIRED', status: 400 });
    expect(error.message).toMatch(/loras\[1\].*"transformer": "high" or "low"/);
  });
});

test('a side is refused for a model that has only one transformer', async () => {
  const [entry] = models.filter(({ lora }) => lora.experts === undefined);
  if (entry === undefined) throw new Error('no such model');
  const [lora] = loraForms(server, entry);
  const error = await refusal(server, bodyOf(entry, [{ path: '', ...lora, transformer: 'high' }]));
  expect(error).toMatchObject({ code: 'MOE_FORMAT_NOT_SUPPORTED', status: 400 });
});
