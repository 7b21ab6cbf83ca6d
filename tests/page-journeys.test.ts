/**
 * Journeys on the page at `/` for which it does not matter what the pictures show: a real Chromium and a real server, whose engine
 * draws gradients. First the server is open; then it has keys.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBrowser, openPage, violations } from './harness/browser.ts';
import { fifthModel } from './harness/fifth-model.ts';
import { models, smallest } from './harness/models.ts';
import { node, python, root } from './harness/paths.ts';
import { testPattern } from './harness/pictures.ts';
import { runOrThrow } from './harness/run-program.ts';
import { readSafetensors, writeSafetensors } from './harness/safetensors-file.ts';
import { type Server, startServer } from './harness/server.ts';

const catalog = await mkdtemp(path.join(os.tmpdir(), 'darkroom-page-catalog-'));
const options = {
  args: ['--engine', 'stand-in'],
  env: { MAX_QUEUE_PER_KEY: '40', CATALOG_PATH: catalog },
};
/** What becomes of it where a text is taken for HTML: a picture that cannot load, and a mark. */
const evil = '<img src="x:" onerror="window.wasRun = true"><script>window.wasRun = true</script>';
const drawn = { timeout: 60_000 };

let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  const entry = { ...fifthModel, id: 'evil', label: `Evil ${evil}`, description: `Says ${evil}` };
  await writeFile(path.join(catalog, 'evil.json'), JSON.stringify(entry));
  [server, browser] = await Promise.all([startServer(options), openBrowser()]);
  ({ context, page, complaints } = await openPage(browser, { baseURL: server.url }));
  page.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await browser.close();
  await server.remove();
  await rm(catalog, { recursive: true });
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const prompt = () => page.getByLabel('Prompt', { exact: true });
const form = () => page.getByLabel('Form');

interface Draft {
  model?: string;
  prompt?: string;
  onePerLine?: boolean;
  trigger?: string;
  loras?: { path: string; scale?: number; side?: 'high' | 'low' }[];
  values?: Record<string, number | string | boolean>;
  seed?: { mode: 'walk' | 'same' | 'random'; value: number };
}

/** Open Make with this in the form, as if it had been typed on an earlier visit. */
async function openMake(draft: Draft, on: Page = page): Promise<void> {
  const loras = (draft.loras ?? []).map(({ path: file, scale = 1, side = null }, index) => ({
    ...{ key: String(index), path: file, sha256: null, muted: false, pair: null },
    ...{ scale, side },
  }));
  const whole = {
    ...{ model: 'demo', prompt: '', onePerLine: false, trigger: '', values: {} },
    seed: { mode: 'walk', value: 42 },
    ...draft,
    loras,
  };
  await on.goto('/settings');
  await on.evaluate(`localStorage.setItem('darkroom.draft', ${JSON.stringify(JSON.stringify(whole))})`);
  await on.goto('/');
  await on.getByLabel('Prompt', { exact: true }).waitFor();
  // The models have come.
  await on.getByRole('button', { name: /^Render/ }).waitFor();
}

const sentSchema = z.looseObject({
  model: z.string(),
  loras: z.array(z.looseObject({ path: z.string(), network_multiplier: z.number() })).optional(),
  prompts: z.array(z.looseObject({ prompt: z.string() })),
});

/** Presses Render and reads what was sent. */
async function sendForm(): Promise<z.infer<typeof sentSchema>> {
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.url().endsWith('/v1/inference') && one.method() === 'POST'),
    button(/^Render/).click(),
  ]);
  return sentSchema.parse(JSON.parse(request.postData() ?? '{}'));
}

describe('forms of models', () => {
  test('one with two denoisers takes both files of a pair, whose sliders go together until they are parted', async () => {
    await openMake({ model: 'wan22_14b_t2v', prompt: 'the sea' });
    await button(/Add a LoRA/).click();
    await page.getByRole('searchbox', { name: 'Search add a lora' }).fill('ai_toolkit_high');
    await page
      .getByRole('option', { name: /ai_toolkit_high_noise/ })
      .first()
      .click();
    const strengths = form().getByLabel(/^Strength of .*, as a number$/);
    await expect.poll(() => strengths.count()).toBe(2);
    await strengths.first().fill('0.6');
    await strengths.first().press('Tab');
    await expect.poll(() => strengths.last().inputValue()).toBe('0.6');
    await button(/part them/)
      .first()
      .click();
    await strengths.last().fill('0.4');
    await strengths.last().press('Tab');
    for (const [name, value] of [
      ['Width', '64'],
      ['Height', '64'],
      ['Frames, as a number', '5'],
      ['Steps, as a number', '2'],
    ] as const) {
      await form().getByLabel(name, { exact: true }).fill(value);
      await form().getByLabel(name, { exact: true }).press('Tab');
    }
    const { loras = [] } = await sendForm();
    expect(loras.map(({ transformer, network_multiplier }) => [transformer, network_multiplier])).toEqual([
      ['high', 0.6],
      ['low', 0.4],
    ]);
    await page.getByLabel('Stage', { exact: true }).locator('video').waitFor(drawn);
  });

  test('of a video says what becomes of frames and sizes, and plays what is made', async () => {
    await openMake({
      model: 'wan21_1b',
      prompt: 'waves',
      values: { width: 70, height: 64, sample_steps: 2 },
    });
    await form()
      .getByText(/70 becomes 64/)
      .waitFor();
    const frames = form().getByLabel('Frames, as a number');
    await frames.fill('8');
    await frames.press('Tab');
    await form()
      .getByText(/8 becomes 9: 4 × n \+ 1\. 0\.6 s at 16 frames a second/)
      .waitFor();
    await button(/^Render/).click();
    const video = page.getByLabel('Stage', { exact: true }).locator('video');
    await video.waitFor(drawn);
    const told = () => page.evaluate("document.querySelector('video').readyState >= 2");
    await expect.poll(told, drawn).toBe(true);
    expect(await page.evaluate("document.querySelector('video').paused")).toBe(true);
    await page.evaluate("document.querySelector('video').play()");
    const at = () => page.evaluate("document.querySelector('video').currentTime > 0");
    await expect.poll(at, drawn).toBe(true);
  });

  test('flags of the trainer become chips, and are sent to be read', async () => {
    await openMake({ prompt: 'a red fox --w 64 --m 0.5' });
    await button('Take strength 0.5 out of the prompt').click();
    expect(await prompt().inputValue()).toBe('a red fox --w 64');
    expect(await sendForm()).toMatchObject({ prompt_flags: true });
  });

  test('a preset is kept, taken again and deleted, and undone', async () => {
    await openMake({ prompt: 'x', values: { sample_steps: 3 } });
    await button('Keep these settings').click();
    await page.getByLabel('Name', { exact: true }).fill('Quick');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await button('Delete the preset Quick').waitFor();
    await button(/Preset/).click();
    await page.getByRole('option', { name: 'Model default' }).click();
    const steps = form().getByLabel('Steps, as a number');
    await expect.poll(() => steps.inputValue()).toBe('20');
    await button('Undo').click();
    await expect.poll(() => steps.inputValue()).toBe('3');
    await button('Delete the preset Quick').click();
    await button('Keep these settings').waitFor();
  });
});

test('every form as code runs as curl, and every fourth as JavaScript and as Python', async () => {
  const forms = formsOfTwenty();
  expect(forms).toHaveLength(20);
  const folder = await clientFolder();
  const runs: Promise<unknown>[] = [];
  for (const [index, draft] of forms.entries()) {
    await openMake(draft);
    await form().getByRole('button', { name: 'The request as code' }).click();
    const code = page.getByRole('dialog').locator('pre');
    const curl = await code.innerText();
    runs.push(runOrThrow('bash', ['-c', curl], {}).then(({ stdout }) => accepted(stdout, draft)));
    if (index % 2 === 1) {
      await page.keyboard.press('Escape');
      continue;
    }
    const [language, ...command] =
      index % 4 === 0 ? (['JavaScript', node, 'snippet.mjs'] as const) : (['Python', python] as const);
    await page.getByRole('dialog').getByRole('radio', { name: language }).click();
    const text = await code.innerText();
    const file = path.join(folder, `${index}${index % 4 === 0 ? '.mjs' : '.py'}`);
    await writeFile(file, text);
    runs.push(
      runOrThrow(command[0], [file], { env: { DARKROOM_API_KEY: '' } }).then(({ stdout }) => {
        const urls = stdout.trim().split('\n');
        expect(
          urls.every((url) => url.startsWith(`${server.url}/v1/requests/`)),
          text,
        ).toBe(true);
      }),
    );
    await page.keyboard.press('Escape');
  }
  await Promise.all(runs);
}, 180_000);

function accepted(stdout: string, { model }: Draft): void {
  const answer: unknown = JSON.parse(stdout);
  expect(answer, model).toMatchObject({ status: 'queued', warnings: [] });
}

/** What people may have in the form, for twenty models: LoRAs or none, one prompt or several, each way of seeds, awkward texts. */
function formsOfTwenty(): Draft[] {
  const texts = [
    `it's "quoted" \\ and '''so'''`,
    'a $HOME `date` cat',
    'ein Käfer 🐞\n\nzwei {rot|blau} Äpfel',
  ];
  return models
    .filter(({ control_images: { minimum } }) => minimum === 0)
    .slice(0, 20)
    .map((entry, index) => {
      const { width, height, sample_steps, num_frames } = smallest(entry);
      const frames = num_frames === undefined ? {} : { num_frames: Number(num_frames) };
      const hasLora = entry.lora.experts === undefined && entry.checkpoint.bundled === undefined;
      return {
        model: entry.id,
        prompt: texts[index % texts.length] ?? '',
        onePerLine: index % 3 === 2,
        seed: { mode: (['walk', 'same', 'random'] as const)[index % 3] ?? 'walk', value: index },
        values: {
          width: Number(width),
          height: Number(height),
          sample_steps: Number(sample_steps),
          ...frames,
        },
        loras: hasLora && index % 2 === 0 ? [{ path: `${entry.id}/ai_toolkit.safetensors`, scale: 0.5 }] : [],
      };
    });
}

/** A folder in which `darkroom/client` is the client of this checkout. */
async function clientFolder(): Promise<string> {
  const folder = path.join(server.data, 'snippets');
  const own = path.join(folder, 'node_modules', 'darkroom');
  await mkdir(own, { recursive: true });
  const facts = { name: 'darkroom', type: 'module', exports: { './client': './client.js' } };
  await writeFile(path.join(own, 'package.json'), JSON.stringify(facts));
  const source = path.join(root, 'src', 'client', 'open-client.ts');
  await writeFile(path.join(own, 'client.js'), `export * from ${JSON.stringify(source)};`);
  return folder;
}

describe('texts of others are texts', () => {
  let training = '';
  let lora = '';
  beforeAll(async () => {
    const json = { 'content-type': 'application/json' };
    const body = { model: 'evil', base_only: true, prompts: [{ prompt: evil, sample_steps: 2 }] };
    await fetch(`${server.url}/v1/inference`, { method: 'POST', headers: json, body: JSON.stringify(body) });
    const known = await readSafetensors(path.join(server.loras, 'flux', 'ai_toolkit.safetensors'));
    const tags = JSON.stringify({ set: { [evil]: 9 } });
    await writeSafetensors(path.join(server.loras, 'a <img src=x onerror=wasRun=1>.safetensors'), {
      ...known,
      metadata: { ...known.metadata, name: evil, ss_tag_frequency: tags, ss_output_name: evil, note: evil },
    });
    const { loras } = z
      .object({ loras: z.array(z.object({ path: z.string(), sha256: z.string().nullable() })) })
      .parse(await (await fetch(`${server.url}/v1/loras`)).json());
    lora = loras.find((one) => one.path.startsWith('a <img'))?.sha256 ?? '';
    const set = new FormData();
    set.set('request', JSON.stringify({ base: 'demo', trigger_word: 'zorp', name: evil, steps: 1 }));
    set.append('file', new Blob([new Uint8Array(await testPattern(128, 128))]), 'a.png');
    set.append('file', new Blob([evil]), 'a.txt');
    const made = await fetch(`${server.url}/v1/trainings`, { method: 'POST', body: set });
    training = z.object({ training_id: z.string() }).parse(await made.json()).training_id;
  });

  test.each([
    ['the prompt of a picture', () => '/gallery', 'grid'],
    ['the prompt in the queue', () => '/queue', evil],
    ['the name of a file, and its metadata', () => `/library/loras/${lora}`, 'Metadata of the file'],
    ['names in the list of files', () => '/library/loras', evil],
    ['the description of a model', () => '/library/models/evil', `Says ${evil}`],
    ['models in their list', () => '/library/models', `Evil ${evil}`],
    ['the caption of a training set', () => `/training/${training}?tab=dataset`, evil],
    ['the name of a training', () => '/training', evil],
  ])('%s', async (_, where, shown) => {
    await page.goto(where());
    const told =
      shown === 'grid' ? page.getByRole('grid', { name: 'Pictures' }) : page.getByText(shown).first();
    await told.waitFor();
    for (const fold of await page.locator('summary').all()) await fold.click();
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    expect(await page.locator('img[src^="x"], #root script').count()).toBe(0);
  });
});

test('without a connection the page says so, keeps what was typed, and goes on when it is back', async () => {
  await openMake({ prompt: 'typed before' });
  await expect.poll(() => button(/^Render/).isEnabled(), drawn).toBe(true);
  try {
    await context.setOffline(true);
    await prompt().fill('typed in a tunnel');
    await button(/^Render/).click();
    await form().getByText('The server does not answer. Nothing you typed is lost').waitFor();
    await expect.poll(() => violations(page), drawn).toEqual([]);
  } finally {
    await context.setOffline(false);
  }
  expect(await prompt().inputValue()).toBe('typed in a tunnel');
  await button(/^Render/).click();
  await page
    .getByLabel('Stage', { exact: true })
    .getByRole('img', { name: 'typed in a tunnel' })
    .first()
    .waitFor(drawn);
});

test('a server that is killed is missed, and found again with all that was asked of it', async () => {
  await openMake({ prompt: 'before the end', values: { sample_steps: 150 } });
  await button(/^Render/).click();
  await button('Cancel').waitFor();
  await server.kill();
  await page
    .getByRole('status')
    .getByText(/Reconnecting|No live updates/)
    .first()
    .waitFor({ state: 'attached' });
  server = await startServer({ ...options, data: server.data, port: Number(new URL(server.url).port) });
  const picture = page
    .getByLabel('Stage', { exact: true })
    .getByRole('img', { name: 'before the end' })
    .first();
  await picture.waitFor(drawn);
  await expect.poll(() => page.getByText(/Reconnecting|No live updates/).count(), drawn).toBe(0);
});

describe('with keys', () => {
  const keys = { admin: '', anna: '', ben: '' };
  const asked = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
  async function makeKey(name: string, scope: string, admin: string): Promise<string> {
    const body = JSON.stringify({ name, scope });
    const headers = admin === '' ? { 'content-type': 'application/json' } : asked(admin);
    const answer = await fetch(`${server.url}/v1/keys`, { method: 'POST', headers, body });
    return z.object({ key: z.string() }).parse(await answer.json()).key;
  }
  beforeAll(async () => {
    keys.admin = await makeKey('owner', 'admin', '');
    keys.anna = await makeKey('anna', 'write', keys.admin);
    keys.ben = await makeKey('ben', 'write', keys.admin);
  });

  async function signedIn(key: string): Promise<Page> {
    const other = await openPage(browser, { baseURL: server.url });
    other.page.setDefaultTimeout(30_000);
    await other.page.goto('/');
    await other.page.getByLabel('Key', { exact: true }).fill(key);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByLabel('Stage', { exact: true }).waitFor();
    return other.page;
  }
  const submit = (key: string, prompts: number) =>
    fetch(`${server.url}/v1/inference`, {
      method: 'POST',
      headers: asked(key),
      body: JSON.stringify({
        model: 'demo',
        base_only: true,
        prompts: Array.from({ length: prompts }, () => ({ prompt: 'a long one', sample_steps: 150 })),
      }),
    });

  test('a queue of two keys: each sees its own, and of the others only how many are before it', async () => {
    for (let count = 0; count < 3; count++) expect((await submit(keys.anna, 12)).status).toBe(200);
    const ben = await signedIn(keys.ben);
    await openMake({ prompt: 'behind anna', values: { sample_steps: 2 } }, ben);
    await ben.getByRole('button', { name: /^Render/ }).click();
    await ben.goto('/queue');
    await ben.getByText(/^[23] before it/).waitFor();
    expect(await ben.getByRole('button', { name: 'Cancel' }).count()).toBe(1);
    const all = await signedIn(keys.admin);
    await all.goto('/queue');
    await expect.poll(() => all.getByRole('button', { name: 'Cancel' }).count(), drawn).toBe(4);
    while ((await all.getByRole('button', { name: 'Cancel' }).count()) > 1) {
      const before = await all.getByRole('button', { name: 'Cancel' }).count();
      await all.getByRole('button', { name: 'Cancel' }).first().click();
      await expect
        .poll(() => all.getByRole('button', { name: 'Cancel' }).count(), drawn)
        .toBeLessThan(before);
    }
    await ben.context().close();
    await all.context().close();
  });

  test('a key that writes renders, and has neither keys nor the pictures of others', async () => {
    const carla = await signedIn(await makeKey('carla', 'write', keys.admin));
    await carla.goto('/settings');
    await carla.getByText('write: renders, and sees its own pictures').waitFor();
    expect(await carla.getByRole('heading', { name: 'Keys' }).count()).toBe(0);
    await carla.goto('/gallery');
    await carla.getByRole('heading', { name: /Nothing yet/ }).waitFor();
    await openMake({ prompt: 'of carla', values: { sample_steps: 2 } }, carla);
    await carla.getByRole('button', { name: /^Render/ }).click();
    await carla
      .getByLabel('Stage', { exact: true })
      .getByRole('img', { name: 'of carla' })
      .first()
      .waitFor(drawn);
    await carla.goto('/training');
    await carla.getByRole('link', { name: 'New training' }).waitFor();
    await carla.context().close();
  });

  test('a full queue and too many wrong keys are said with what to do', async () => {
    const ben = await signedIn(keys.ben);
    await openMake({ prompt: 'one too many', values: { sample_steps: 150 } }, ben);
    const statuses = await Promise.all(Array.from({ length: 45 }, () => submit(keys.ben, 1)));
    expect(statuses.some(({ status }) => status === 429)).toBe(true);
    await ben.getByRole('button', { name: /^Render/ }).click();
    await ben.getByLabel('Form').getByRole('alert').getByText('QUEUE_FULL').waitFor();
    expect(await ben.getByLabel('Prompt', { exact: true }).inputValue()).toBe('one too many');
    await ben.context().close();
    for (let count = 0; count < 25; count++)
      await fetch(`${server.url}/v1/models`, { headers: { authorization: 'Bearer wrong' } });
    await page.goto('/');
    await page.getByLabel('Key', { exact: true }).fill('wrong as well');
    await button('Sign in').click();
    await page.getByText('Too many wrong API keys').waitFor();
  });
});

test('nothing broke a rule of the page’s policy, and no script failed', () => {
  expect(complaints.filter((text) => !text.includes('ERR_'))).toEqual([]);
});
