/**
 * Every screen of the page looks as it did when its picture in `looks/` was taken (`npm run page-looks` takes them anew). Another
 * browser, or other fonts, draw every line otherwise: there nothing is compared, and the reason is said.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { root } from '../harness/paths.ts';
import {
  type MadeWith,
  madeWith,
  madeWithSchema,
  openLooksServer,
  takeLooks,
} from '../support/page-looks.ts';

const folder = path.join(root, 'tests', 'nightly', 'looks');
/** A channel may be so far off, of 255: edges of letters are, from run to run. */
const farOff = 32;
/** Share of pixels that may be further off. */
const mostOff = 0.004;

test('every screen looks as it did', async ({ skip }) => {
  const browser = await openBrowser();
  try {
    const taken = await takenWith();
    const here = await madeWith(browser);
    if (JSON.stringify(here) !== JSON.stringify(taken))
      skip(
        `The pictures were taken with ${JSON.stringify(taken)}, and here are ${JSON.stringify(here)}: \`npm run page-looks\` takes them anew.`,
      );
    const server = await openLooksServer();
    const others: string[] = [];
    for await (const { name, png } of takeLooks(browser, server)) {
      const share = await shareOff(path.join(folder, `${name}.webp`), png);
      if (share <= mostOff) continue;
      others.push(`${name}: ${(share * 100).toFixed(2)} % of the pixels, see ${await kept(name, png)}`);
    }
    await server.remove();
    expect(others).toEqual([]);
  } finally {
    await browser.close();
  }
}, 600_000);

/** Null where no pictures were taken yet. */
async function takenWith(): Promise<MadeWith | null> {
  const file = path.join(folder, 'made-with.json');
  return existsSync(file) ? madeWithSchema.parse(JSON.parse(await readFile(file, 'utf8'))) : null;
}

async function shareOff(file: string, png: Buffer): Promise<number> {
  if (!existsSync(file)) return 1;
  const [before, now] = await Promise.all(
    [file, png].map((picture) => sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  if (before === undefined || now === undefined || before.data.length !== now.data.length) return 1;
  let off = 0;
  for (let index = 0; index < now.data.length; index += 3) {
    const channels = [0, 1, 2].map((channel) =>
      Math.abs((before.data[index + channel] ?? 0) - (now.data[index + channel] ?? 0)),
    );
    if (Math.max(...channels) > farOff) off += 1;
  }
  return off / (now.data.length / 3);
}

/** Where what was drawn now is put, for people. */
async function kept(name: string, png: Buffer): Promise<string> {
  const place = path.join(os.tmpdir(), 'darkroom-looks');
  await mkdir(place, { recursive: true });
  const file = path.join(place, `${name}.png`);
  await writeFile(file, png);
  return file;
}
