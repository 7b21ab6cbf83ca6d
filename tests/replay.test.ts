/** Pictures made again from what they say of themselves: over HTTP and on the command line, with what can be missing or be another. */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { withPngText } from '../src/files/encode/png-text.ts';
import { type Provenance, provenanceJson } from '../src/files/encode/provenance.ts';
import { readProvenance } from '../src/files/encode/read-provenance.ts';
import { type ReplayResponse, replaySchema } from '../src/http/native/schemas/replay-schema.ts';
import { call, render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { node, root } from './harness/paths.ts';
import { testPattern } from './harness/pictures.ts';
import { request } from './harness/requests.ts';
import { runProgram } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const [lora = ''] = demo.loras;
const folder = path.join(server.data, 'replays');
let picture: Buffer;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  picture = await fileOf(request('demo', { loras: [{ path: lora, network_multiplier: 0.7 }] }));
});

const fileOf = async (body: object): Promise<Buffer> => {
  const [file] = (await render(server, body)).files;
  if (file === undefined) throw new Error('a file for the prompt');
  return file;
};

async function replay(body: object): Promise<ReplayResponse> {
  const answer = await call(server, 'POST', '/v1/replays', body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  const { replay_id } = replaySchema.parse(answer.body);
  for (;;) {
    const now = replaySchema.parse((await call(server, 'GET', `/v1/replays/${replay_id}`)).body);
    if (now.status !== 'in_queue' && now.status !== 'in_progress') return now;
    await sleep(60);
  }
}

const base64 = (file: Buffer): string => file.toString('base64');

/** The same pixels, with another recipe inside. */
async function withRecipe(file: Buffer, change: (recipe: Provenance) => Provenance): Promise<Buffer> {
  const recipe = await readProvenance(file);
  if (recipe === null) throw new Error('a recipe in the file');
  return Buffer.from(
    withPngText(await sharp(file).png().toBuffer(), [['darkroom', provenanceJson(change(recipe))]]),
  );
}

describe('the same file comes of', () => {
  test.each([
    ['a PNG with a LoRA', () => picture],
    ['a JPEG', () => fileOf(request('demo', { output_format: 'jpeg', output_quality: 83 }))],
    ['a lossy WebP', () => fileOf(request('demo', { output_format: 'webp', output_quality: 70 }))],
    [
      'a picture with a sampler, rescaling and a negative prompt',
      () => fileOf(request('sdxl', { prompts: [{ neg: 'dark', sampler: 'ddim', guidance_rescale: 0.5 }] })),
    ],
  ])('%s', async (_, make) => {
    const told = await replay({ file: base64(await make()) });
    expect(told).toMatchObject({ verdict: 'same_file', same_environment: true, differences: [] });
    expect(told.sha256).toBe(told.original.sha256);
  });

  test('one whose LoRA lies elsewhere under another name', async () => {
    const moved = path.join(server.loras, 'demo-moved.safetensors');
    await copyFile(lora, moved);
    const file = await fileOf(request('demo', { loras: [{ path: 'demo-moved.safetensors' }] }));
    await mkdir(path.join(server.loras, 'archive'), { recursive: true });
    const kept = path.join(server.loras, 'archive', 'other.safetensors');
    await rename(moved, kept);
    try {
      expect(await replay({ file: base64(file) })).toMatchObject({ verdict: 'same_file' });
    } finally {
      await rm(kept);
    }
  });
});

test('a video is compared frame by frame where its file says other things', async () => {
  const video = { width: 64, height: 64, num_frames: 5, fps: 8 };
  const file = await fileOf(request('wan21_1b', { prompts: [video] }));
  expect(await replay({ file: base64(file) })).toMatchObject({ verdict: 'same_file' });
  const older = Buffer.from(file.toString('latin1').replace(/"torch":"\d/, '"torch":"9'), 'latin1');
  expect(await replay({ file: base64(older) })).toMatchObject({
    verdict: 'same_pixels',
    differences: [{ field: 'versions.torch', kind: 'environment' }],
  });
});

test('a picture that was made of control pictures wants them, and takes them in any form', async () => {
  const control = await testPattern(80, 80);
  const file = await fileOf(request('flux_kontext', { prompts: [{ ctrl_img: base64(control) }] }));
  // As one of another server, which keeps nothing of it.
  const foreign = await withRecipe(file, (recipe) => ({ ...recipe, prompt: `${recipe.prompt} ` }));
  const known = await readProvenance(file);
  const [[sha256 = ''] = []] = Object.values(known?.images ?? {});
  await rm(path.join(server.data, 'blobs'), { recursive: true, force: true });
  const without = await replay({ file: base64(foreign) });
  expect(without).toMatchObject({ verdict: 'cannot', missing: [{ kind: 'picture', sha256 }] });
  const jpeg = await sharp(control).jpeg().toBuffer();
  const along = [base64(jpeg), base64(await sharp(control).webp({ lossless: true }).toBuffer())];
  const told = await replay({ file: base64(file), pictures: along });
  expect(told).toMatchObject({ verdict: 'same_file' });
  expect(told.warnings).toEqual([expect.stringMatching(/^Picture 1 of those sent along is none/)]);
});

describe('told apart are', () => {
  test.each<[string, (recipe: Provenance) => Provenance, object]>([
    [
      'files of earlier versions, which say less',
      ({ recipe_version: _, darkroom: __, commits: ___, device: ____, output: _____, ...older }) => older,
      { verdict: 'same_pixels', same_environment: false },
    ],
    [
      'other versions',
      (recipe) => ({ ...recipe, versions: { ...recipe.versions, torch: '1.0' } }),
      {
        verdict: 'same_pixels',
        differences: [{ field: 'versions.torch', before: '1.0', kind: 'environment' }],
      },
    ],
    [
      'another seed',
      (recipe) => ({ ...recipe, seed: 8 }),
      { verdict: 'another_picture', grade: 'different' },
    ],
    [
      'a checkpoint with other files',
      (recipe) => ({ ...recipe, commits: { 'darkroom/demo': 'files:0000' } }),
      {
        verdict: 'same_pixels',
        differences: [{ field: 'commit of darkroom/demo', before: 'files:0000', kind: 'picture' }],
      },
    ],
    [
      'a LoRA that is gone',
      (recipe) => ({ ...recipe, loras: recipe.loras.map((one) => ({ ...one, sha256: 'ab'.repeat(32) })) }),
      { verdict: 'cannot', missing: [{ kind: 'lora', sha256: 'ab'.repeat(32) }] },
    ],
    [
      'a model that there is not',
      (recipe) => ({ ...recipe, model: 'nowhere' }),
      { verdict: 'cannot', missing: [{ kind: 'model' }] },
    ],
    [
      'a prompt that is cut',
      (recipe) => ({ ...recipe, cut: true }),
      { verdict: 'cannot', missing: [{ kind: 'recipe' }] },
    ],
  ])('%s', async (_, change, told) => {
    expect(await replay({ file: base64(await withRecipe(picture, change)) })).toMatchObject(told);
  });
});

describe('refused is', () => {
  const refused = async (body: unknown) => {
    const { status, body: answer } = await call(server, 'POST', '/v1/replays', body);
    return [status, JSON.stringify(answer)];
  };
  test.each([
    ['what is no picture', { file: base64(Buffer.from('no picture')) }, /no picture that is read here/],
    ['what is no base64', { file: '###' }, /neither base64 nor a data URL/],
    ['nothing', {}, /one of file and request_id, and this one has none/],
    ['a request that there is not', { request_id: 'nowhere' }, /There is no request/],
  ])('%s', async (_, body, why) => {
    const [status, text] = await refused(body);
    expect([404, 422]).toContain(status);
    expect(text).toMatch(why);
  });

  test('a picture of another tool, and one that says nothing', async () => {
    const plain = await sharp(picture).png().toBuffer();
    const foreign = Buffer.from(withPngText(plain, [['parameters', 'a fox\nSteps: 20, Seed: 1']]));
    expect(await refused({ file: base64(foreign) })).toEqual([
      422,
      expect.stringMatching(/made by another tool/),
    ]);
    expect(await refused({ file: base64(plain) })).toEqual([422, expect.stringMatching(/does not say how/)]);
  });
});

test('the command writes the file, and its exit code says what it is', { timeout: 120_000 }, async () => {
  const files = {
    same: picture,
    foreign: await sharp(picture).png().toBuffer(),
    gone: await withRecipe(picture, (recipe) => ({
      ...recipe,
      loras: recipe.loras.map((one) => ({ ...one, sha256: 'cd'.repeat(32) })),
    })),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, `${name}.png`), bytes);
  const run = (...args: string[]) =>
    runProgram(node, [path.join(root, 'src/main.ts'), 'replay', ...args, '--server', server.url], {
      cwd: folder,
    });
  const [same, foreign, gone] = await Promise.all([
    run('same.png', '--output', 'again.png'),
    run('foreign.png'),
    run('gone.png', '--find', '.'),
  ]);
  expect(same).toMatchObject({ code: 0, stdout: 'same.png: The same file, byte for byte.\n' });
  expect((await sharp(path.join(folder, 'again.png')).metadata()).format).toBe('png');
  expect(foreign).toMatchObject({ code: 2, stderr: expect.stringMatching(/does not say how it was made/) });
  expect(gone).toMatchObject({ code: 4, stdout: expect.stringMatching(/missing: The LoRA .* is gone/) });
});
