/** Previews of a training against renders: that they pass, and what is named when one thing is another. */
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type VerificationResponse,
  verificationSchema,
} from '../src/http/native/schemas/verification-schema.ts';
import { openBrowser, openPage, violations } from './harness/browser.ts';
import { call, render } from './harness/client.ts';
import { node, root } from './harness/paths.ts';
import { runProgram } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';
import {
  asPreview,
  configOf,
  job,
  sampleName,
  saveName,
  writeTrainerFolder,
} from './harness/trainer-folder.ts';

const server = sharedServer();
const folders = path.join(server.data, 'jobs-of-the-trainer');
const original = path.join(folders, job.name);

let training: string;
beforeAll(async () => {
  training = await writeTrainerFolder(server, original);
}, 240_000);

async function verify(body: object): Promise<VerificationResponse> {
  const answer = await call(server, 'POST', '/v1/verifications', body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  const { verification_id } = verificationSchema.parse(answer.body);
  for (;;) {
    const now = verificationSchema.parse(
      (await call(server, 'GET', `/v1/verifications/${verification_id}`)).body,
    );
    if (now.status !== 'in_queue' && now.status !== 'in_progress') return now;
    await sleep(100);
  }
}

/** A copy of the folder in which something is another. */
async function changed(name: string, change: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(folders, name.replaceAll(/\W+/g, '_'));
  await rm(folder, { recursive: true, force: true });
  await cp(original, folder, { recursive: true });
  await change(folder);
  return folder;
}

const withConfig =
  (sample: Record<string, unknown>, process: Record<string, unknown> = {}) =>
  (folder: string): Promise<void> =>
    writeFile(path.join(folder, 'config.yaml'), configOf(sample, process));

test('previews of our own trainer, in the layout of ai-toolkit, pass', { timeout: 120_000 }, async () => {
  const told = await verify({ folder: original });
  expect(told).toMatchObject({ verdict: 'passed', model: 'demo', causes: [], skipped: [], renders: 9 });
  expect(told.pairs.map(({ step, index }) => [step, index])).toEqual(
    [0, 12, 24].flatMap((step) => [0, 1, 2].map((index) => [step, index])),
  );
  const page = await fetch(told.report_url ?? '');
  const html = await page.text();
  expect(html).toContain('Passed: 9 of 9 previews');
  expect(html).not.toMatch(/<script|https?:/);
  const picture = await fetch(told.pairs[0]?.pictures?.difference ?? '');
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);
});

describe('named as the cause is', () => {
  const swap = async (folder: string): Promise<void> => {
    const [a, b] = job.steps.map((step) => path.join(folder, saveName(step)));
    if (a === undefined || b === undefined) throw new Error('two saves');
    await rename(a, `${a}.aside`);
    await rename(b, a);
    await rename(`${a}.aside`, b);
  };
  test.each<[string, (folder: string) => Promise<void>, object]>([
    ['seed', withConfig({ seed: 7 }), { found: '42' }],
    ['guidance', withConfig({ guidance_scale: 9 }), { configured: '9', found: '3.5' }],
    ['steps', withConfig({ sample_steps: 8 }), { configured: '8', found: '4' }],
    ['size', withConfig({ width: 96 }), { configured: '96×64', found: '64×64', before: null }],
    ['multiplier', withConfig({ network_multiplier: 0.2 }), { configured: '0.2', found: '1' }],
    ['LoRA', swap, { configured: 'that of step 24', found: 'that of step 12' }],
    ['trigger word', withConfig({}, { trigger_word: 'a photo of a house' }), { found: '"zorp"' }],
  ])('%s', { timeout: 120_000 }, async (knob, change, cause) => {
    const told = await verify({ folder: await changed(knob, change), steps: 'last' });
    expect(told).toMatchObject({ verdict: 'failed', causes: [{ knob, ...(knob === 'seed' ? {} : cause) }] });
    const [named] = told.causes;
    expect(named?.after, named?.sentence).toBeGreaterThan(38);
    expect([named?.lifted, named?.tried]).toEqual([3, 3]);
    expect(told.renders).toBeLessThanOrEqual(3 + 12);
  });

  test('negative prompt', { timeout: 120_000 }, async () => {
    const folder = path.join(folders, 'negative');
    const size = { width: 64, height: 64, sample_steps: 4, guidance_scale: 6 };
    const prompts = [0, 1].map((index) => ({ prompt: `a red fox ${index}`, neg: '', seed: 42, ...size }));
    const lora = { path: 'sdxl/kohya.safetensors' };
    const made = await render(server, { model: 'sdxl', loras: [lora], output_format: 'png', prompts });
    await mkdir(path.join(folder, 'samples'), { recursive: true });
    await copyFile(path.join(server.loras, lora.path), path.join(folder, saveName(10)));
    for (const [index, png] of made.files.entries())
      await writeFile(path.join(folder, 'samples', sampleName(10, index)), await asPreview(png));
    const sample = {
      ...size,
      sampler: 'ddpm',
      seed: 42,
      neg: 'dark, blurry, low quality',
      prompts: prompts.map(({ prompt }) => prompt),
    };
    const config = {
      config: { name: 'negative', process: [{ model: { is_xl: true, arch: 'sdxl' }, sample }] },
    };
    await writeFile(path.join(folder, 'config.yaml'), JSON.stringify(config));
    expect(await verify({ folder })).toMatchObject({
      verdict: 'failed',
      causes: [{ knob: 'negative prompt', found: 'none', lifted: 2, tried: 2 }],
    });
    await writeFile(
      path.join(folder, 'config.yaml'),
      JSON.stringify(config).replace('dark, blurry, low quality', ''),
    );
    expect(await verify({ folder })).toMatchObject({ verdict: 'passed' });
  });
});

describe('bad input is told in a sentence:', () => {
  const refused = async (folder: string): Promise<string> => {
    const { status, body } = await call(server, 'POST', '/v1/verifications', { folder });
    return `${status} ${JSON.stringify(body)}`;
  };
  test.each<[string, (folder: string) => Promise<void>, RegExp]>([
    ['no folder', (folder) => rm(folder, { recursive: true }), /does not exist\. Name the folder/],
    [
      'an empty folder',
      async (folder) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
      },
      /is empty/,
    ],
    [
      'a folder of another trainer',
      (folder) => rm(path.join(folder, 'config.yaml')),
      /neither a config\.yaml nor/,
    ],
    [
      'a configuration that is half written',
      (folder) => writeFile(path.join(folder, 'config.yaml'), configOf().slice(0, 200)),
      /is no YAML: .*half written/,
    ],
    [
      'a base that nobody knows',
      (folder) => writeFile(path.join(folder, 'config.yaml'), configOf({}, { model: { arch: 'moon' } })),
      /names no base model that is in the catalog/,
    ],
  ])('%s', async (name, change, why) => {
    expect(await refused(await changed(name, change))).toMatch(why);
  });

  test('what is missing or broken of a folder is left out, and the rest compared', {
    timeout: 120_000,
  }, async () => {
    const folder = await changed('half', async (copy) => {
      const save = path.join(copy, saveName(12));
      await writeFile(save, (await readFile(save)).subarray(0, 5000));
      const sample = path.join(copy, 'samples', sampleName(24, 1));
      await writeFile(sample, (await readFile(sample)).subarray(0, 300));
      await withConfig({
        samples: [
          { prompt: '[trigger] red apple' },
          { prompt: 'a green [trigger] pear' },
          { prompt: 'x', seed: -1 },
        ],
      })(copy);
    });
    const told = await verify({ folder });
    expect(told.verdict).toBe('passed');
    expect(told.pairs.map(({ step, index }) => [step, index])).toEqual([
      [0, 0],
      [0, 1],
      [24, 0],
    ]);
    const reasons = told.skipped.map(({ reason }) => reason).join('\n');
    expect(reasons).toMatch(/the LoRA of step 12 is not there/);
    expect(reasons).toMatch(/seed is -1/);
    expect(reasons).toMatch(/damaged, half written or gone/);
    expect(told.notes.join('\n')).toMatch(/zorp_000000012\.safetensors was left out/);
  });
});

test('the command tells each pair, writes the reports, and ends with what it found', {
  timeout: 240_000,
}, async () => {
  const nothing = await changed('nothing', (folder) => rm(path.join(folder, 'samples'), { recursive: true }));
  const wrong = await changed('wrong', withConfig({ guidance_scale: 9 }));
  const out = path.join(folders, 'out');
  const run = (...args: string[]) =>
    runProgram(node, [path.join(root, 'src/main.ts'), 'verify', ...args, '--server', server.url]);
  const [well, bad, none, gone] = await Promise.all([
    run(
      original,
      '--steps',
      '24',
      '--prompts',
      '0,1',
      '--out',
      out,
      '--junit',
      path.join(folders, 'junit.xml'),
    ),
    run(wrong, '--steps', 'last', '--explain', 'off'),
    run(nothing),
    run(path.join(folders, 'nowhere')),
  ]);
  expect(well).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/pass {2}step 24, prompt 0 .*\n.*passed, 2 of 2/s),
  });
  expect(await readdir(out)).toEqual(['report.html', 'report.json']);
  expect(await readFile(path.join(folders, 'junit.xml'), 'utf8')).toContain('tests="2" failures="0"');
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAIL {2}step 24/) });
  expect(none).toMatchObject({ code: 3, stdout: expect.stringMatching(/nothing could be compared/) });
  expect(gone).toMatchObject({ code: 2, stderr: expect.stringMatching(/There is no folder/) });
});

test('the page verifies a training, explains what differs, and makes a dropped picture again', {
  timeout: 240_000,
}, async () => {
  const wrong = await changed('wrong', withConfig({ guidance_scale: 9 }));
  const failed = await verify({ folder: wrong, steps: 'last' });
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openPage(browser, { baseURL: server.url });
    page.setDefaultTimeout(60_000);
    await page.goto(`/training/${training}`);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Passed: 6 of 6 samples are what training promised').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.goto(`/verify/${failed.verification_id}`);
    await page.getByText('Failed: 3 of 3 samples').waitFor();
    await page.getByText(/guidance 3\.5 instead of 9: .* in 3 of 3/).waitFor();
    await page.getByRole('img', { name: /^Difference ×8/ }).waitFor();
    expect(await violations(page)).toEqual([]);

    const prompts = [{ prompt: 'a red apple', width: 64, height: 64, sample_steps: 4, seed: 3 }];
    const made = await render(server, { model: 'demo', base_only: true, output_format: 'png', prompts });
    await page.goto('/gallery');
    await page.getByRole('heading', { name: 'Gallery' }).waitFor();
    await page.evaluate(`{
      const bytes = Uint8Array.from(atob(${JSON.stringify(made.files[0]?.toString('base64'))}), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'apple.png', { type: 'image/png' }));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }`);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make it again' }).click();
    await dialog.getByText('The same file, byte for byte.').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
