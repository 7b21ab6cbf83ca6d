/** What section by section of the page costs in a real Chromium, against its budgets on two cores and localhost. */
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { openBrowser, openPage } from '../tests/harness/browser.ts';
import { type Server, startServer } from '../tests/harness/server.ts';
import type { Measurement } from './print-table.ts';
import { percentile } from './statistics.ts';

const median = (samples: readonly number[]): number => percentile(samples, 0.5);
const loads = 5;
const renders = 5;
const pagesOpen = 5;
const scrollMs = 30_000;
/** What a request takes at most. */
const perRequest = 64;

interface Row {
  what: string;
  measured: number;
  budget: number;
  unit: string;
}

/** `pictures` are in the gallery that is measured: the stand-in engine draws them first, some 50 a second. */
export async function measurePage(pictures: number): Promise<Measurement> {
  const browser = await openBrowser();
  const rows: Row[] = [];
  try {
    const stand = await startServer({ args: ['--engine', 'stand-in'], env: { RATE_LIMIT_PER_MINUTE: '0' } });
    try {
      rows.push(...(await measureLoads(browser, stand)), ...(await measureGallery(browser, stand, pictures)));
      rows.push(await measureThumbnail(stand));
    } finally {
      await stand.remove();
    }
    const real = await startServer();
    try {
      rows.push(await measureRenders(browser, real));
    } finally {
      await real.remove();
    }
  } finally {
    await browser.close();
  }
  return {
    title: `The page, in Chromium: a gallery of ${pictures} pictures, ${pagesOpen} pages open while it renders`,
    baseline: 'budgets on two cores and localhost',
    head: ['what', 'measured', 'budget', ''],
    rows: rows.map(({ what, measured, budget, unit }) => [
      what,
      `${measured.toFixed(measured < 10 ? 2 : 0)} ${unit}`,
      `${budget} ${unit}`,
      measured <= budget ? 'within' : `${(measured / budget).toFixed(1)} times`,
    ]),
  };
}

/** Collects what the browser tells of itself, from before the page begins. */
const observer = `
  window.seen = { lcp: 0, cls: 0, inp: 0, longest: 0 };
  const watch = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  watch('event', (entry) => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration); }, { durationThreshold: 16 });
  watch('longtask', (entry) => { seen.longest = Math.max(seen.longest, entry.duration); });
`;
const seenSchema = z.object({ lcp: z.number(), cls: z.number(), inp: z.number(), longest: z.number() });
const seen = async (page: Page) => seenSchema.parse(await page.evaluate('window.seen'));

async function measureLoads(browser: Browser, { url }: Server): Promise<Row[]> {
  const all: z.infer<typeof seenSchema>[] = [];
  for (let load = 0; load < loads; load += 1) {
    const { page, context } = await openPage(browser, { baseURL: url });
    await context.addInitScript(observer);
    await page.goto('/');
    const prompt = page.getByLabel('Prompt', { exact: true });
    await prompt.waitFor();
    await page.waitForTimeout(1500);
    const { lcp, cls } = await seen(page);
    await interact(page);
    all.push({ ...(await seen(page)), lcp, cls });
    await context.close();
  }
  const of = (name: keyof z.infer<typeof seenSchema>) => median(all.map((one) => one[name]));
  return [
    { what: 'LCP of the first screen', measured: of('lcp'), budget: 1500, unit: 'ms' },
    { what: 'CLS of the first screen', measured: of('cls'), budget: 0.02, unit: '' },
    { what: 'INP: typing, a list, a dialog, other screens', measured: of('inp'), budget: 200, unit: 'ms' },
  ];
}

async function interact(page: Page): Promise<void> {
  await page.getByLabel('Prompt', { exact: true }).pressSequentially('a red apple on a table', { delay: 20 });
  await page.getByRole('button', { name: /Model/ }).first().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox', { name: 'Search commands' }).fill('theme');
  await page.keyboard.press('Escape');
  for (const name of ['Gallery', 'Library', 'Settings'])
    await page
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .first()
      .click();
  await page.waitForTimeout(500);
}

async function measureGallery(browser: Browser, server: Server, pictures: number): Promise<Row[]> {
  await fill(server, pictures);
  const { page, context } = await openPage(browser, { baseURL: server.url });
  await context.addInitScript(observer);
  const started = performance.now();
  await page.goto('/gallery');
  const tiles = page.getByRole('grid', { name: 'Pictures' }).locator('[data-index] img');
  await tiles.first().waitFor();
  const firstMs = performance.now() - started;
  await page.waitForTimeout(2000);
  await page.evaluate('seen.longest = 0');
  const ends = Date.now() + scrollMs;
  while (Date.now() < ends) {
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(50);
  }
  const nodes = z.number().parse(await page.evaluate('document.querySelectorAll("*").length'));
  const heap = z.number().parse(await page.evaluate('performance.memory.usedJSHeapSize')) / 1e6;
  const { longest } = await seen(page);
  await context.close();
  return [
    { what: 'gallery: first pictures in sight', measured: firstMs, budget: 1000, unit: 'ms' },
    { what: 'gallery: nodes in the document', measured: nodes, budget: 400, unit: '' },
    { what: 'gallery: longest task in 30 s of scrolling', measured: longest, budget: 100, unit: 'ms' },
    { what: 'gallery: heap after it', measured: heap, budget: 150, unit: 'MB' },
  ];
}

async function fill(server: Server, pictures: number): Promise<void> {
  const ids: string[] = [];
  for (let count = 0; count < pictures; count += perRequest) {
    const size = { width: 64, height: 64, sample_steps: 1 };
    const prompts = Array.from({ length: Math.min(perRequest, pictures - count) }, () => ({
      prompt: 'x',
      ...size,
    }));
    ids.push(await submit(server, { prompts }));
  }
  for (const id of ids) await until(server, id);
}

const headers = { 'content-type': 'application/json' };

async function submit({ url }: Server, body: object): Promise<string> {
  const whole = { model: 'demo', base_only: true, ...body };
  const sent = await fetch(`${url}/v1/inference`, { method: 'POST', headers, body: JSON.stringify(whole) });
  return z.object({ request_id: z.string() }).parse(await sent.json()).request_id;
}

async function until({ url }: Server, id: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/v1/requests/${id}/status`);
    const { status } = z.object({ status: z.string() }).parse(await answer.json());
    if (status === 'succeeded') return;
    if (status === 'failed') throw new Error(`${id} has failed.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function measureThumbnail(server: Server): Promise<Row> {
  const times: number[] = [];
  for (let count = 0; count < loads; count += 1) {
    const prompts = [{ prompt: 'x', width: 1024, height: 1024, sample_steps: 1, seed: count }];
    const id = await submit(server, { prompts });
    await until(server, id);
    const started = performance.now();
    await (await fetch(`${server.url}/v1/requests/${id}/outputs/0/thumbnail`)).arrayBuffer();
    times.push(performance.now() - started);
  }
  return { what: 'thumbnail of 1024 × 1024, made', measured: median(times), budget: 40, unit: 'ms' };
}

/** The same renders without a page and with some, in turns. */
async function measureRenders(browser: Browser, server: Server): Promise<Row> {
  const render = async (): Promise<number> => {
    const started = performance.now();
    await until(
      server,
      await submit(server, { prompts: [1, 2, 3, 4].map(() => ({ prompt: 'a red apple' })) }),
    );
    return performance.now() - started;
  };
  await render();
  const ratios: number[] = [];
  for (let count = 0; count < renders; count += 1) {
    const alone = await render();
    const opened = await Promise.all(
      Array.from({ length: pagesOpen }, () => openPage(browser, { baseURL: server.url })),
    );
    await Promise.all(opened.map(({ page }) => page.goto('/')));
    await opened[0]?.page.waitForTimeout(2000);
    ratios.push((await render()) / alone - 1);
    await Promise.all(opened.map(({ context }) => context.close()));
  }
  const slower = Math.max(0, median(ratios) * 100);
  return { what: `renders are slower with ${pagesOpen} pages open`, measured: slower, budget: 3, unit: '%' };
}
