/**
 * LoRAs of each model id in each spelling, through HTTP: every file changes the picture as far as its scale says, and stacks of
 * them come out as one file that holds both would.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { render } from '../harness/client.ts';
import { halves } from '../harness/lora-halves.ts';
import { atScale, bodyOf, look, loraForms, models, pictureOf } from '../harness/models.ts';
import { difference, type Picture } from '../harness/pictures.ts';
import type { LoraItem } from '../harness/requests.ts';
import { sharedServer } from '../harness/shared-server.ts';

const server = sharedServer();

describe.each(models)('$id', (entry) => {
  const picture = (loras: LoraItem[]): Promise<Picture> => look(server, entry, loras);

  test('takes every spelling whole, and none is like another', async () => {
    const pictures = [await picture([])];
    for (const lora of loraForms(server, entry)) {
      const rendered = await render(server, bodyOf(entry, [lora]));
      expect(rendered.warnings, lora.path).toEqual([]);
      const styled = await pictureOf(rendered);
      for (const other of pictures) expect(difference(styled, other), lora.path).toBeGreaterThan(0.1);
      pictures.push(styled);
    }
  });

  test('follows the scale', async () => {
    const [lora] = firstTwo(loraForms(server, entry));
    const base = await picture([]);
    const scales = [0.5, 1, -0.5];
    const pictures = [];
    for (const scale of scales) pictures.push(await picture(atScale([lora], scale)));
    expect(new Set([base, ...pictures].map(({ pixels }) => pixels.toString('base64'))).size).toBe(4);
    expect(difference(base, await picture(atScale([lora], 0)))).toBe(0);
  });

  test('stacks: the two halves of a file are the file, exactly, in either order', async () => {
    const [lora] = firstTwo(loraForms(server, entry));
    await mkdir(path.join(server.loras, 'halves'), { recursive: true });
    const parts = await halves(lora, server.loras, path.join('halves', entry.id));
    const whole = await picture(atScale([lora], 0.8));
    expect(difference(whole, await picture(atScale(parts, 0.8)))).toBe(0);
    expect(difference(whole, await picture(atScale(parts.reverse(), 0.8)))).toBe(0);
    for (const part of parts) expect(difference(whole, await picture([part]))).toBeGreaterThan(0);
  });

  test('stacks two files, and goes from one to the other and back without a trace', async () => {
    const [first, second] = firstTwo(loraForms(server, entry));
    const both = await picture([first, second]);
    const one = await picture([first]);
    const other = await picture([second]);
    expect(difference(both, one)).toBeGreaterThan(0.1);
    expect(difference(both, other)).toBeGreaterThan(0.1);
    expect(difference(one, await picture([first]))).toBe(0);
    expect(difference(both, await picture([first, second]))).toBe(0);
  });
});

/** Two spellings, or one file at two scales where the trainer has one spelling only. */
function firstTwo(forms: LoraItem[]): [LoraItem, LoraItem] {
  const [first, second] = forms;
  if (first === undefined) throw new Error('no LoRA');
  return [first, second ?? { ...first, network_multiplier: 0.4 }];
}
