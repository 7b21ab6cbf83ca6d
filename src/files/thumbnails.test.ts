import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../config.ts';
import { createFrameEncoder } from './encode/encode-frame.ts';
import { createFolderStore } from './folder/folder-store.ts';
import { createThumbnails } from './thumbnails.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-thumbnails-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('of a video it is the first frame, and of a file that is gone there is none', async () => {
  const config = parseConfig({ DARKROOM_DATA: folder });
  const files = createFolderStore(config);
  const [width, height] = [640, 320];
  const file = path.join(folder, 'frames.raw');
  // Red, then black.
  const red = Buffer.alloc(width * height * 3).map((_, index) => (index % 3 === 0 ? 255 : 0));
  await writeFile(file, Buffer.concat([red, Buffer.alloc(red.length)]));
  const encoded = await createFrameEncoder({ config, log })(
    { file, width, height, frames: 2, fps: 8, audio: null },
    { format: 'png', quality: 90 },
    {
      model: 'x',
      checkpoint: { repository: 'a/b', revision: 'main' },
      loras: [],
      prompt: 'red',
      negative_prompt: null,
      seed: 1,
      steps: 1,
      guidance_scale: 1,
      width,
      height,
      versions: {},
    },
  );
  const key = 'jobs/a/a_output_0.mp4';
  await files.put(key, encoded.content, encoded.contentType);
  const thumbnails = createThumbnails({ files, config, log });
  const found = await thumbnails({ job: 'a', index: 0, kind: 'video', key }, 256);
  if (found === null) throw new Error('there is a thumbnail');
  const picture = sharp(await buffer(found.stream));
  expect(await picture.metadata()).toMatchObject({ format: 'webp', width: 256, height: 128 });
  const [r = 0, g = 255] = (await picture.stats()).channels.map(({ mean }) => mean);
  expect([r > 200, g < 60]).toEqual([true, true]);
  for (const kind of ['video', 'image'] as const)
    expect(await thumbnails({ job: 'b', index: 0, kind, key: 'jobs/b/gone.mp4' }, 256)).toBeNull();
});
