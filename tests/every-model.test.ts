/** Each model id of the catalog, through HTTP and the real engine: its defaults, its rules of size, and a LoRA. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ModelEntry } from '../src/catalog/define-model.ts';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, type Rendered, render } from './harness/client.ts';
import { loraForms, models, pictureOf, smallest } from './harness/models.ts';
import { contrast, difference } from './harness/pictures.ts';
import { decodeVideoBytes } from './harness/read-video.ts';
import type { PromptItem } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

test('every model id of the catalog has a tiny checkpoint with LoRAs', () => {
  expect(models.length).toBeGreaterThan(30);
  for (const entry of models) expect(loraForms(server, entry)).not.toEqual([]);
});

/** Only what the server would not decide by itself in a moment: the model's own size and steps take minutes. */
const plain = (entry: ModelEntry, prompt: PromptItem = smallest(entry)) => ({
  model: entry.id,
  base_only: true,
  prompts: [prompt],
});

/** What came of the plain request first, by the model's id. */
const first = new Map<string, Rendered>();

async function renderFirst(entry: ModelEntry): Promise<Rendered> {
  const rendered = first.get(entry.id) ?? (await render(server, plain(entry)));
  first.set(entry.id, rendered);
  return rendered;
}

describe.each(models)('$id', (entry) => {
  test('needs no more than a prompt', async () => {
    const rendered = await renderFirst(entry);
    expect(rendered.warnings).toEqual([]);
    await expectFile(entry, rendered, smallest(entry));
    expect(contrast(await pictureOf(rendered))).toBeGreaterThan(8);
  });

  test('brings what it cannot render onto its grid, and says so', async () => {
    const { divisor, area, frames } = entry.size;
    const small = smallest(entry);
    const { width = 0, height = 0 } = small;
    const asked = {
      ...small,
      width: width + 2 * divisor - 1,
      height: height + divisor - 1,
      ...(frames === undefined ? {} : { num_frames: frames.offset + frames.step + 1 }),
    };
    const rendered = await render(server, plain(entry, asked));
    const warnings = rendered.warnings.join('\n');
    if (divisor > 1) expect(warnings).toContain('the size became');
    if (frames !== undefined) expect(warnings).toContain(`num_frames became ${small.num_frames}`);
    const wanted = area === undefined ? { width: width + divisor, height } : sizeOfArea(rendered, area);
    await expectFile(entry, rendered, { ...small, ...wanted });
  });

  test('takes a LoRA, keeps the base loaded, and gives the same bytes as before without it', async () => {
    const base = await renderFirst(entry);
    const before = await loads();
    const loras = loraForms(server, entry).slice(0, 1);
    const styled = await render(server, { ...plain(entry), base_only: false, loras });
    expect(difference(await pictureOf(base), await pictureOf(styled))).toBeGreaterThan(0.5);
    const again = await render(server, plain(entry));
    expect(again.files[0]?.equals(base.files[0] ?? Buffer.of())).toBe(true);
    expect(await loads()).toBe(before);
  });
});

const stills = models.filter((entry) => entry.size.frames?.still);

test.each(stills)('$id makes a picture of a single frame', async (entry) => {
  const asked = { ...smallest(entry), num_frames: 1 };
  const { outputs, files, warnings } = await render(server, plain(entry, asked));
  expect(warnings).toEqual([]);
  expect(outputs).toMatchObject({ images: [{ format: 'jpeg' }], videos: [] });
  expect(await sharp(files[0]).metadata()).toMatchObject({ format: 'jpeg' });
});

/** Base checkpoints read from disk since the engine started. */
async function loads(): Promise<number> {
  return readinessSchema.parse((await call(server, 'GET', '/ready')).body).engine.loads;
}

/** The file and what the result says of it have the size, and for videos the frames and the rate, of the rules. */
async function expectFile(entry: ModelEntry, rendered: Rendered, asked: PromptItem): Promise<void> {
  const [bytes = Buffer.of()] = rendered.files;
  const { width = 0, height = 0, num_frames: frames = 1 } = asked;
  const fps = entry.defaults.fps ?? 0;
  const size = { width, height };
  if (entry.output.kind === 'image') {
    expect(rendered.outputs.images[0]).toMatchObject({ format: 'jpeg', seed: entry.defaults.seed, ...size });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', ...size });
    return;
  }
  const [video] = rendered.outputs.videos;
  expect(video).toMatchObject({ format: 'mp4', seed: entry.defaults.seed, num_frames: frames, fps, ...size });
  const { facts } = await decodeVideoBytes(bytes);
  expect(facts).toMatchObject({ codec: 'h264', frames, fps, ...size });
  if (!entry.output.audio) return expect(facts.sound).toBeNull();
  expect(facts.sound).toMatchObject({ codec: 'aac' });
  expect(facts.sound?.loudest).toBeGreaterThan(0);
  // AAC comes in packets of 1024 samples, and the sound's own grid is coarser than the video's.
  expect(Math.abs((facts.sound?.seconds ?? 0) - Number(frames) / fps)).toBeLessThan(0.12);
}

/** The size that the result says, which has to have about `area` pixels, whatever was asked for. */
function sizeOfArea({ outputs }: Rendered, area: number): { width: number; height: number } {
  const { width = 0, height = 0 } = outputs.images[0] ?? {};
  expect(Math.abs(width * height - area) / area).toBeLessThan(0.05);
  return { width, height };
}
