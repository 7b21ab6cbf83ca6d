/**
 * Contact sheets on the page, in a real Chromium before a real server, whose engine draws gradients: put together, watched, stopped and
 * taken up again, extended, compared. The tests build on each other.
 */
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifestSchema } from '../src/http/native/schemas/sheet-answer-schema.ts';
import { openBrowser, openPage, violations } from './harness/browser.ts';
import { demo } from './harness/demo.ts';
import { type Server, startServer } from './harness/server.ts';

const drawn = { timeout: 60_000 };
const settled = { timeout: 15_000, interval: 500 };

let loras: string;
let server: Server;
let browser: Browser;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  loras = await mkdtemp(path.join(os.tmpdir(), 'darkroom-sheet-loras-'));
  await cp(demo.lorasFolder, loras, { recursive: true });
  const env = { WORKFLOWS_BASE_PATH: loras };
  [server, browser] = await Promise.all([
    startServer({ args: ['--engine', 'stand-in'], env }),
    openBrowser(),
  ]);
  ({ page, complaints } = await openPage(browser, { baseURL: server.url }));
  page.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await browser.close();
  await server.remove();
  await rm(loras, { recursive: true });
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const grid = () => page.getByRole('grid', { name: 'Contact sheet' });
const standing = (text: string | RegExp) => page.getByRole('main').getByText(text).first().waitFor(drawn);

async function fill(fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields))
    await page.getByLabel(name, { exact: true }).fill(value);
}

async function addLora(name: string): Promise<void> {
  await button(/^(Add a LoRA|Add another)/).click();
  await page.getByRole('searchbox', { name: 'Search add a lora' }).fill(name);
  await page
    .getByRole('option', { name: new RegExp(name) })
    .first()
    .click();
  await button(`Remove ${name}`).waitFor();
}

async function choose(field: string | RegExp, option: string): Promise<void> {
  await button(field).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Where an axis stands: its button is called by its value and its label. */
const sideField = (axis: string): RegExp => new RegExp(`^(Downwards|Across|One at a time) ${axis}$`);

test('a sheet says what it would take, is rendered, stopped, taken up again, and extended', async () => {
  await page.goto('/compare');
  await page.getByRole('link', { name: 'New contact sheet' }).click();
  await page.getByText('Write a prompt first.').waitFor();
  await fill({ Prompts: 'a red apple, [trigger]\na cat face', Seeds: '1..2', Steps: '20', Sizes: '64x64' });
  await button(/^Render 4 pictures, /).waitFor();
  await addLora('neon-glow');
  await fill({ Strengths: '0.5, strong' });
  await page.getByText('“strong” is no number.').first().waitFor();
  expect(await button('Render').isDisabled()).toBe(true);
  await fill({ Strengths: '0.5, 1' });
  await button(/^Render 8 pictures, /).waitFor();
  await page.getByText('Also without LoRA').click();
  await button(/^Render 12 pictures, /).waitFor();
  await expect.poll(() => violations(page), settled).toEqual([]);

  await button(/^Render 12 pictures, /).click();
  await page.getByRole('heading', { name: '3 strengths × 2 prompts × 2 seeds' }).waitFor();
  await grid().getByRole('img', { name: 'a red apple', exact: false }).first().waitFor(drawn);
  await button('Cancel').click();
  await standing(/\d+ canceled/);
  await expect.poll(() => grid().getByText('canceled').count()).toBeGreaterThan(0);
  await button(/^Render \d+ more$/).click();
  await standing(/12 of 12/);

  await button('Extend').click();
  await choose(/More values of/, 'Seed');
  await page.getByRole('dialog').getByLabel('Values', { exact: true }).fill('2, 3');
  await button(/^Render 6 pictures, /).click();
  await standing(/18 of 18/);
  await page.getByRole('heading', { name: '3 strengths × 2 prompts × 3 seeds' }).waitFor();
});

test('axes stand where one wants them, and the address says where', async () => {
  const labels = () => grid().getByRole('columnheader').allInnerTexts();
  expect(await labels()).toEqual(['a red apple, [trigger]', 'a cat face']);
  await button('Swap rows and columns').click();
  await expect.poll(labels).toEqual(['× 0', '× 0.5', '× 1']);
  await button('Seed after').click();
  await choose(sideField('Prompt'), 'One at a time');
  await choose(sideField('Seed'), 'Downwards');
  await button('Prompt after').click();
  await page.reload();
  await grid().waitFor();
  expect(await grid().getByRole('rowheader').allInnerTexts()).toEqual(['seed 1', 'seed 2', 'seed 3']);
  await grid().getByRole('img', { name: '× 1 · a cat face · seed 3' }).waitFor();
  await expect.poll(() => violations(page), settled).toEqual([]);
});

test('all of it can be taken along', async () => {
  const fetched = async (link: string): Promise<Buffer> => {
    await button('Download').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: link }).click(),
    ]);
    await page.keyboard.press('Escape');
    return readFile(await download.path());
  };
  const manifest = manifestSchema.parse(JSON.parse((await fetched('Manifest')).toString()));
  expect(manifest.cells).toHaveLength(18);
  expect((await fetched('All of it')).subarray(0, 2).toString()).toBe('PK');
  expect((await fetched('Picture of the whole')).subarray(8, 12).toString()).toBe('WEBP');
});

test('a cell that failed says why, and is tried again with a press', async () => {
  const file = path.join(loras, 'pencil-sketch.safetensors');
  await page.goto('/compare/new');
  await fill({ Prompts: 'a snowman', Seeds: '5, 6', Steps: '60', Strengths: '' });
  await addLora('pencil-sketch');
  await page.getByText('Also without LoRA').click();
  await button(/^Render 4 pictures, /).waitFor();
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith('/v1/sheets') && one.request().method() === 'POST'),
    button(/^Render 4 pictures, /).click(),
  ]);
  expect(answer.status()).toBe(200);
  await rename(file, `${file}.away`);
  const failed = grid().getByRole('button', { name: /^pencil-sketch · .*: failed, LORA_NOT_FOUND\. Retry$/ });
  await expect.poll(() => failed.count(), drawn).toBe(2);
  await standing(/2 of 4, 2 failed/);
  await page.getByRole('listitem').filter({ hasText: 'The LoRA "pencil-sketch.safetensors"' }).waitFor();
  await expect.poll(() => violations(page), settled).toEqual([]);
  await rename(`${file}.away`, file);
  await failed.first().click();
  await standing(/4 of 4/);
  expect(await failed.count()).toBe(0);
});

test('two cells are chosen and compared by keyboard alone', async () => {
  const tabTo = async (wanted: string): Promise<void> => {
    for (let count = 0; count < 60; count += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(wanted)})`)) return;
    }
    throw new Error(`Tab does not come to ${wanted}.`);
  };
  await page.reload();
  await grid().getByRole('img').nth(3).waitFor();
  await tabTo('[data-at]');
  await page.keyboard.press('Enter');
  await page.getByText('press the other').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Compare', exact: true }).waitFor();
  await page.getByRole('row', { name: 'Seed 5 6' }).waitFor();
  await tabTo('[role=slider]');
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe('40');
  await page.keyboard.press('2');
  await expect.poll(() => page.getByRole('slider').count()).toBe(0);
  await page.keyboard.press('3');
  await button(/^Left: hold/).waitFor();
  await page.keyboard.down(' ');
  await button(/^Right: hold/).waitFor();
  await page.keyboard.up(' ');
  await page.keyboard.press('4');
  await page.getByText(/of 255 apart/).waitFor();
  await page.keyboard.press('1');
  await page.getByRole('slider').waitFor();
  await tabTo('a[href^="/compare/"]');
  await page.keyboard.press('Enter');
  await grid().waitFor();
});

test('the list has both, a phone shows them, and nothing broke a rule of the page’s policy', async () => {
  const phone = await openPage(browser, {
    ...{ baseURL: server.url, viewport: { width: 390, height: 844 } },
    ...{ hasTouch: true, isMobile: true },
  });
  await phone.page.goto('/compare');
  await phone.page.getByRole('link', { name: /2 LoRAs × 2 seeds/ }).waitFor();
  await phone.page.getByRole('link', { name: /3 strengths/ }).tap();
  await phone.page.getByRole('grid', { name: 'Contact sheet' }).waitFor();
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await expect.poll(() => violations(phone.page), settled).toEqual([]);
  await phone.context.close();
  expect([...complaints, ...phone.complaints]).toEqual([]);
});
