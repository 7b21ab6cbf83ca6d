/** `darkroom render` on a model that makes videos and has two sides, with a LoRA for each. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { node, root } from './harness/paths.ts';
import { readVideo } from './harness/read-video.ts';
import { runOrThrow } from './harness/run-program.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-render-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function render(...flags: string[]): Promise<string> {
  const { checkpoints } = await tinyFixtures();
  const env = { CHECKPOINTS_PATH: checkpoints, DARKROOM_DATA: folder, OMP_NUM_THREADS: '1', DEVICE: 'cpu' };
  const command = [
    path.join(root, 'src', 'main.ts'),
    'render',
    '--model',
    'wan22_14b_t2v',
    '--prompt',
    'a cat',
  ];
  const { stdout } = await runOrThrow(node, [...command, ...flags], { cwd: folder, env });
  return stdout;
}

test('a video with a LoRA for each side is written under the name of a video', async () => {
  const { loras } = await tinyFixtures();
  const side = (name: string): string =>
    path.join(loras, 'wan22_14b_t2v', `ai_toolkit_${name}_noise.safetensors`);
  const small = ['--width', '64', '--height', '64', '--steps', '2', '--frames', '7', '--fps', '8'];
  const said = await render(...small, '--lora-high', side('high'), '--lora-low', `${side('low')}:0.5`);
  expect(said).toContain('darkroom.mp4: 64×64');
  expect(await readVideo(path.join(folder, 'darkroom.mp4'))).toMatchObject({
    codec: 'h264',
    width: 64,
    height: 64,
    frames: 5,
    fps: 8,
  });
});

test('a name that does not fit is refused before anything is rendered', async () => {
  await expect(render('--output', 'cat.png')).rejects.toThrow('end the name in .mp4');
  await expect(stat(path.join(folder, 'cat.png'))).rejects.toThrow();
});
