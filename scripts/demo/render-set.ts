import { z } from 'zod';
import { createProgressBar } from '../../src/cli/progress-bar.ts';
import { openClient } from '../../src/client/open-client.ts';
import type { DemoSet } from './demo-sets.ts';

const progressSchema = z.object({
  phase: z.string(),
  prompt: z.int().nullable(),
  prompts: z.int(),
  step: z.int(),
  total: z.int(),
  fraction: z.number(),
});

/** Sends one set to the server, shows how it gets on, and resolves with its pictures in the order of the prompts. */
export async function renderSet(server: string, set: DemoSet): Promise<Uint8Array[]> {
  const started = performance.now();
  const bar = createProgressBar(set.caption);
  const client = openClient({ url: server });
  const { request_id } = await client.submit(set.body);
  for await (const { event, data } of client.events(request_id)) {
    if (event === 'progress') bar.update(...progressLine(data));
  }
  const result = await client.result(request_id);
  if (result.status !== 'succeeded') {
    bar.done(result.status);
    throw new Error(result.error ?? `The request ${result.status}.`);
  }
  const images = result.outputs.images.toSorted((a, b) => a.index - b.index);
  const pictures = await Promise.all(images.map(({ url }) => client.download(url)));
  bar.done(`${pictures.length} pictures in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return pictures;
}

function progressLine(data: unknown): [value: number, total: number, note: string] {
  const { phase, prompt, prompts, step, total, fraction } = progressSchema.parse(data);
  const which = prompt === null ? '' : `picture ${prompt + 1} of ${prompts}, `;
  const note = phase === 'denoising' ? `${which}step ${step} of ${total}` : `${which}${phase}`;
  return [fraction, 1, note];
}
