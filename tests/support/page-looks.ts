/** What each screen of the page looks like: taken of a server whose engine draws gradients, with pictures, times and ids left out. */
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { openPage } from '../harness/browser.ts';
import { demo } from '../harness/demo.ts';
import { type Server, startServer } from '../harness/server.ts';

const sizes = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const;
const themes = ['dark', 'light'] as const;

/** What decides pixels besides the page. */
export const madeWithSchema = z.object({
  browser: z.string(),
  /** Widths of a line in the fonts of the page. */
  fonts: z.array(z.number()),
});
export type MadeWith = z.infer<typeof madeWithSchema>;

export interface Look {
  /** `gallery-dark-phone` */
  name: string;
  png: Buffer;
}

const line = 'Sphinx of black quartz, judge my vow 0123456789 × → …';

/** Fonts differ from machine to machine, and with them every line: widths tell. */
export async function madeWith(browser: Browser): Promise<MadeWith> {
  const { page, context } = await openPage(browser, { baseURL: 'http://127.0.0.1' });
  const fonts = await page.evaluate(`(() => {
    const context = document.createElement('canvas').getContext('2d');
    return ['14px system-ui', '600 20px system-ui', '13px ui-monospace, "DejaVu Sans Mono", monospace'].map((font) => {
      context.font = font;
      return Math.round(context.measureText(${JSON.stringify(line)}).width * 100) / 100;
    });
  })()`);
  await context.close();
  return madeWithSchema.parse({ browser: browser.version(), fonts });
}

/** A server with some pictures, to be removed by the caller. */
export async function openLooksServer(): Promise<Server> {
  const server = await startServer({
    args: ['--engine', 'stand-in'],
    env: { WORKFLOWS_BASE_PATH: demo.lorasFolder },
  });
  for (const [index, prompt] of ['a red apple', 'a cat face', 'a snowman', 'a blue car'].entries()) {
    const id = await submit(server, prompt, index);
    if (index === 1) await mark(server, id);
  }
  return server;
}

async function submit({ url }: Server, prompt: string, index: number): Promise<string> {
  const body = {
    model: 'demo',
    ...(index === 1 ? { loras: [{ path: 'neon-glow.safetensors' }] } : { base_only: true }),
    prompts: [{ prompt, sample_steps: 2, width: index === 3 ? 192 : 128, height: 128 }],
  };
  const headers = { 'content-type': 'application/json' };
  const sent = await fetch(`${url}/v1/inference`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { request_id: id } = z.object({ request_id: z.string() }).parse(await sent.json());
  const isDone = async (): Promise<boolean> => {
    const answer = await fetch(`${url}/v1/requests/${id}/status`);
    return z.object({ status: z.string() }).parse(await answer.json()).status === 'succeeded';
  };
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 100));
  return id;
}

async function mark({ url }: Server, id: string): Promise<void> {
  await fetch(`${url}/v1/requests/${id}/outputs/0`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ favourite: true, tags: ['keep'] }),
  });
}

/** Names and addresses of the screens. */
async function screens({ url }: Server): Promise<readonly (readonly [name: string, path: string])[]> {
  const outputs = z
    .object({ outputs: z.array(z.object({ request_id: z.string() })) })
    .parse(await (await fetch(`${url}/v1/outputs`)).json()).outputs;
  const [a = '', b = ''] = outputs.map(({ request_id: id }) => id);
  const loras = z
    .object({ loras: z.array(z.object({ sha256: z.string().nullable() })) })
    .parse(await (await fetch(`${url}/v1/loras`)).json()).loras;
  return [
    ['make', '/'],
    ['gallery', '/gallery'],
    ['viewer', `/gallery/${a}/0`],
    ['compare', `/compare?a=${a}.0&b=${b}.0`],
    ['queue', '/queue'],
    ['loras', '/library/loras'],
    ['lora', `/library/loras/${loras[0]?.sha256 ?? ''}`],
    ['models', '/library/models'],
    ['model', '/library/models/demo'],
    ['training', '/training'],
    ['new-training', '/training/new'],
    ['settings', '/settings'],
  ];
}

/** Texts that are others each time, and what stands in their place. */
const varying = `for (const [pattern, text] of [
  [/\\d{1,2}\\/\\d{1,2}\\/\\d{4}(, [\\d:]+\\s?[AP]M)?/g, '1/31/2026'],
  [/(\\d+ (seconds?|minutes?|hours?) ago|this minute|now)$/g, 'now'],
  [/\\b[0-9a-f]{12,64}\\b/g, 'ab'.repeat(6)],
  [/\\b01[0-9A-Z]{24}\\b/g, 'ID'],
  [/(\\/tmp|\\/home|\\/root|\\/Users|\\/work)[^ ,]*/g, '/folder'],
  [/\\d+\\.\\d+\\.\\d+/g, '1.2.3'],
  [/\\d+ kB/g, '9 kB'],
]) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (pattern.test(node.data)) node.data = node.data.replace(pattern, text);
}`;
const withoutPictures =
  'img, video, canvas { visibility: hidden !important; } * { caret-color: transparent !important; }';

/** Every screen in both themes and sizes. */
export async function* takeLooks(browser: Browser, server: Server): AsyncGenerator<Look> {
  const shown = await screens(server);
  for (const { name: size, ...viewport } of sizes) {
    const phone = size === 'phone' ? { hasTouch: true, isMobile: true } : {};
    const { page, context } = await openPage(browser, {
      baseURL: server.url,
      viewport,
      bypassCSP: true,
      timezoneId: 'UTC',
      ...phone,
    });
    for (const [name, path] of shown) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await page.waitForTimeout(700);
      for (const theme of themes) yield { name: `${name}-${theme}-${size}`, png: await take(page, theme) };
    }
    await context.close();
  }
}

async function take(page: Page, theme: 'dark' | 'light'): Promise<Buffer> {
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate(varying);
  return page.screenshot({ style: withoutPictures, animations: 'disabled' });
}
