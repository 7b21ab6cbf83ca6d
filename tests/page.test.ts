/**
 * The page at `/`, in a real Chromium, before a real server with the demo model: what people do with it, from the first visit of an
 * empty data folder on. The tests build on each other: later ones find what earlier ones have made.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage, violations } from './harness/browser.ts';
import { demo } from './harness/demo.ts';
import { root } from './harness/paths.ts';
import { runOrThrow } from './harness/run-program.ts';
import { type Server, startServer } from './harness/server.ts';

let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

/** A picture of the demo model takes a second on a quiet machine. */
const drawnWithin = { timeout: 60_000 };
/** Pictures come, and colours change, after the frame in which they are asked for. */
const settled = { timeout: 15_000, interval: 500 };

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ env: { LORA_ALLOWED_PATHS: demo.lorasFolder } }),
    openBrowser(),
  ]);
  ({ context, page, complaints } = await openPage(browser, { baseURL: server.url }));
  page.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await browser.close();
  await server.remove();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const prompt = () => page.getByLabel('Prompt', { exact: true });
const stagePicture = () =>
  page.getByLabel('Stage', { exact: true }).locator('img[src*="/outputs/"]:not([src*="thumbnail"])');
const strip = () => page.getByLabel('Recent pictures').getByRole('button');

async function render(text: string): Promise<void> {
  const before = await strip().count();
  await prompt().fill(text);
  await prompt().press('Control+Enter');
  await expect.poll(() => strip().count(), drawnWithin).toBeGreaterThan(before);
  await expect.poll(() => page.getByRole('button', { name: 'Cancel' }).count(), drawnWithin).toBe(0);
}

/** Drops a file of this repository onto the page. What runs in the browser is text: the types of the tests are those of Node. */
async function dropOnPage(file: string, type: string): Promise<void> {
  const bytes = (await readFile(path.join(root, file))).toString('base64');
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob(${JSON.stringify(bytes)}), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], ${JSON.stringify(path.basename(file))}, { type: ${JSON.stringify(type)} }));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
  }`);
}

test('the first visit shows examples at once, and makes a picture of its own', async () => {
  await page.goto('/');
  await expect.poll(() => page.getByRole('img', { name: 'a red apple', exact: true }).count()).toBe(1);
  await stagePicture().waitFor(drawnWithin);
  expect(await prompt().inputValue()).not.toBe('');
});

test('an example that is dropped says what it would change, and only then changes it', async () => {
  await dropOnPage(path.join('web', 'public', 'examples', 'snowman.png'), 'image/png');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('seed: 43').waitFor();
  expect(await prompt().inputValue()).not.toContain('snowman');
  await dialog.getByRole('button', { name: 'All', exact: true }).click();
  expect(await prompt().inputValue()).toBe('a snowman on a green background');
  await button('Undo').click();
  expect(await prompt().inputValue()).not.toContain('snowman');
});

test('a file that is neither is refused in words', async () => {
  await dropOnPage('package.json', 'application/json');
  await page.getByText('package.json is neither a LoRA').waitFor();
});

test('a LoRA that fits is found in the form, brings its trigger word, and renders', async () => {
  await page.getByRole('button', { name: /Add a LoRA/ }).click();
  await page.getByRole('searchbox', { name: 'Search add a lora' }).fill('neon-glow');
  await page
    .getByRole('option', { name: /neon-glow/ })
    .first()
    .click();
  expect(await page.getByLabel('Trigger word').inputValue()).toBe('neonglow');
  await prompt().fill('a red apple');
  await button('Add [trigger]').click();
  expect(await prompt().inputValue()).toBe('a red apple, [trigger]');
  await render('a red apple, [trigger]');
  await page.getByText('neon-glow.safetensors × 1').waitFor();
});

test('several LoRAs: one alone, muted, out of the way', async () => {
  await page.getByRole('button', { name: /Add another/ }).click();
  await page.getByRole('searchbox', { name: 'Search add a lora' }).fill('pencil');
  await page
    .getByRole('option', { name: /pencil-sketch/ })
    .first()
    .click();
  await button('Only pencil-sketch').click();
  await button('Unmute neon-glow').waitFor();
  await button('All of them again').click();
  await button('Mute neon-glow').waitFor();
  await button('Remove pencil-sketch').click();
  await button('Remove neon-glow').click();
});

test('a refusal of the server stands beside the form, which keeps what was typed', async () => {
  await button('By URL, hf:… or registry name').click();
  await page.getByLabel('URL, hf:owner/repo/file, or name').fill('no-such.safetensors');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await prompt().fill('a blue car');
  await button(/^Render/).click();
  const alert = page.getByLabel('Form').getByRole('alert');
  await alert.getByText('LORA_NOT_FOUND').waitFor();
  expect(await prompt().inputValue()).toBe('a blue car');
  await button('Remove no-such.safetensors').click();
});

test('lines become pictures of their own, with seeds that count up', async () => {
  await prompt().fill('a red apple\n\n# not this\na blue car\na {green|yellow} hat');
  await page.getByText(/One picture for each line/).click();
  await button(/Render 4 pictures/).waitFor();
  await button('The request as code').first().click();
  const code = page.getByRole('dialog').locator('pre');
  const text = await code.innerText();
  expect([...text.matchAll(/"seed": (\d+)/g)].map(([, seed]) => Number(seed))).toEqual([42, 43, 44, 45]);
  expect(text).toContain('$DARKROOM_API_KEY');
  const { stdout } = await runOrThrow('bash', ['-c', text], {});
  expect(JSON.parse(stdout)).toMatchObject({ status: 'queued' });
  await page.keyboard.press('Escape');
  await page.getByText(/One picture for each line/).click();
});

test('what runs is seen in another tab by the same stream, and is canceled there', async () => {
  const other = await context.newPage();
  const streams: string[] = [];
  other.on('request', (request) => request.url().includes('/v1/events') && streams.push(request.url()));
  await other.goto('/queue');
  await expect
    .poll(() => other.getByRole('button', { name: 'Cancel' }).count(), drawnWithin)
    .toBeGreaterThan(0);
  expect(streams).toEqual([]);
  await other.getByRole('button', { name: 'Cancel' }).first().click();
  await other
    .getByText(/Canceled/)
    .first()
    .waitFor(drawnWithin);
  await other.close();
});

test('a model that works from a picture asks for it, and one without guidance has no field for it', async () => {
  await page.getByRole('button', { name: /Model/ }).first().click();
  await page.getByRole('searchbox', { name: 'Search model' }).fill('kontext');
  await page.getByRole('option', { name: /Kontext/ }).click();
  await page.getByText('This model works from a picture: add one.').waitFor();
  expect(await button(/^Render/).isDisabled()).toBe(true);
  await page.evaluate("localStorage.removeItem('darkroom.draft')");
  await page.goto('/');
});

test('the gallery: search, favourite, the viewer by keyboard, settings back into the form', async () => {
  await page.goto('/gallery');
  const tiles = page.getByRole('grid', { name: 'Pictures' }).locator('[data-index]');
  await expect.poll(() => tiles.count()).toBeGreaterThan(1);
  await page.getByLabel('Search prompts').fill('neonglow');
  await expect.poll(() => tiles.count()).toBe(1);
  expect(page.url()).toContain('q=neonglow');
  await tiles.first().focus();
  await page.keyboard.press('f');
  await tiles.first().getByLabel('Favourite').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Picture' }).waitFor();
  await button('No favourite any more').waitFor();
  await page.keyboard.press('r');
  await expect.poll(() => prompt().inputValue()).toBe('a red apple, neonglow');
});

test('two pictures are compared by keyboard alone', async () => {
  await page.goto('/gallery');
  const tiles = page.getByRole('grid', { name: 'Pictures' }).locator('[data-index]');
  await tiles.first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('c');
  const slider = page.getByRole('slider', { name: /left picture/ });
  await slider.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await slider.getAttribute('aria-valuenow')).toBe('40');
  await page.keyboard.press('4');
  await page.getByText(/of 255 apart|The same, pixel for pixel/).waitFor();
  await page.keyboard.press('3');
  await page.getByRole('button', { name: /hold for the other/ }).waitFor();
  await page.getByRole('heading', { name: 'What differs' }).waitFor();
});

test('several pictures go into one zip, and one is deleted for good', async () => {
  await page.goto('/gallery');
  const tiles = page.getByRole('grid', { name: 'Pictures' }).locator('[data-index]');
  await expect.poll(() => tiles.count()).toBeGreaterThan(1);
  const before = await tiles.count();
  await tiles.first().focus();
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button('Zip').click()]);
  expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK');
  await button('Delete').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => tiles.count()).toBe(before - 1);
});

test('a training from a dropped archive to its epochs: checked before it starts, and watched while it runs', async () => {
  // Its previews are those of the first LoRA in the form.
  await page.goto('/settings');
  await page.evaluate("localStorage.removeItem('darkroom.draft')");
  await page.goto('/training/new');
  await page.getByRole('heading', { name: 'New training' }).waitFor();
  await dropOnPage(path.join('docs', 'training-set', 'blueprint.zip'), 'application/zip');
  await page.getByText('blueprint.zip').waitFor();
  await button(/Train on/).click();
  await page.getByRole('option', { name: /Darkroom demo/ }).click();
  await page.getByLabel('Trigger word').fill('blueprint');
  await page.locator('summary').click();
  for (const [name, value] of [
    ['Steps', '4'],
    ['Rank', '2'],
    ['Resolution', '64'],
  ] as const) {
    await page.getByLabel(name, { exact: true }).fill(value);
    await page.getByLabel(name, { exact: true }).press('Tab');
  }
  const plan = page.getByLabel('What it would be');
  await plan.getByText('in 0 of 24 captions').waitFor(drawnWithin);
  await expect.poll(() => violations(page), settled).toEqual([]);
  await button('Start training').click();
  await page.getByRole('heading', { name: 'blueprint' }).waitFor(drawnWithin);
  const tab = (name: string) => page.getByRole('radio', { name, exact: true }).click();
  await tab('Dataset');
  await page.getByText('24 pictures, 0 without a caption').waitFor();
  await tab('Loss');
  const points = async () => Number.parseInt(await page.getByText(/^\d+ points/).innerText(), 10);
  await expect.poll(points, { timeout: 120_000 }).toBeGreaterThan(0);
  await expect.poll(points, { timeout: 120_000 }).toBe(4);
  await tab('Samples');
  const samples = page.getByRole('img', { name: /^Step \d+: blueprint/ });
  await expect.poll(() => samples.count(), { timeout: 120_000 }).toBeGreaterThan(0);
  await tab('Log');
  await page
    .getByText(/^Epoch \d+ kept, step \d+/)
    .first()
    .waitFor();
  await tab('Config');
  await page.getByRole('row', { name: 'rank 2' }).waitFor();
  await page.getByRole('link', { name: 'Compare epochs' }).click();
  await page.getByLabel('Epochs', { exact: true }).getByRole('button').first().waitFor();
  expect(await page.getByLabel('Prompts').inputValue()).toContain('blueprint');
  await button(/^Render \d+ pictures?, /).waitFor(drawnWithin);
  await page.goBack();
  await tab('Epochs');
  await page.getByRole('link', { name: 'Use', exact: true }).first().click();
  await button(/^Remove model_/).waitFor();
  await button(/Preset/).click();
  await page.getByRole('option', { name: 'As in training preview' }).click();
  await expect.poll(() => page.getByLabel('Width').inputValue()).toBe('128');
  await button(/^Remove model_/).click();
});

test.each([
  '/',
  '/gallery',
  '/queue',
  '/library/loras',
  '/library/models',
  '/training',
  '/training/new',
  '/compare',
  '/settings',
])('axe finds nothing at %s, dark and light', async (where) => {
  await page.goto(where);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => {});
  await expect.poll(() => violations(page), settled).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => violations(page, ['color-contrast']), settled).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
});

test('on a phone: prompt and settings in a drawer, the picture after it', async () => {
  const phone = await openPage(browser, {
    baseURL: server.url,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.page.goto('/');
  await phone.page.getByRole('button', { name: 'Prompt and settings' }).tap();
  await phone.page.getByLabel('Prompt', { exact: true }).fill('a yellow star');
  await expect.poll(() => violations(phone.page), settled).toEqual([]);
  await phone.page.getByRole('button', { name: /^Render/ }).tap();
  await phone.page
    .getByLabel('Stage', { exact: true })
    .getByRole('img', { name: 'a yellow star' })
    .waitFor(drawnWithin);
  const wide = await phone.page.evaluate('document.documentElement.scrollWidth');
  expect(wide).toBeLessThanOrEqual(390);
  await phone.context.close();
});

test('the first key is made in the page, which stays inside; a key that reads sees no form', async () => {
  await page.goto('/settings');
  await page.getByLabel('Who or what it is for').fill('me');
  await button('Make a key').click();
  await button('I have it').click();
  await page.getByText('admin: sees and does everything').waitFor();
  await page.getByLabel('Who or what it is for').fill('a screen on the wall');
  await page.getByRole('radio', { name: 'Read' }).or(button('Read')).first().click();
  await button('Make a key').click();
  const key = await page.getByRole('dialog').locator('code').innerText();
  await button('I have it').click();
  await button('Sign out').click();
  await page.getByLabel('Key', { exact: true }).fill('not-a-key');
  await button('Sign in').click();
  await page.getByText('This is not a key of this server').waitFor();
  await page.getByLabel('Key', { exact: true }).fill(key);
  await button('Sign in').click();
  await page.getByLabel('Stage', { exact: true }).waitFor();
  expect(await page.getByLabel('Form').count()).toBe(0);
  expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(key);
});

test('nothing broke a rule of the page’s policy, and no script failed', () => {
  expect(complaints).toEqual([]);
});
