import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trimLoraCache } from './trim-lora-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-trim-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hour = 60 * 60_000;
const now = new Date('2026-01-01T00:00:00Z');
const hash = (letter: string): string => letter.repeat(64);

async function write(name: string, bytes: number, hoursAgo: number): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, Buffer.alloc(bytes));
  const at = new Date(now.getTime() - hoursAgo * hour);
  await utimes(file, at, at);
}

/** A LoRA of ten bytes that a URL led to, last used so many hours ago. */
async function cached(letter: string, hoursAgo: number): Promise<void> {
  await write(`${hash(letter)}.safetensors`, 10, 1000);
  await write(`${hash(letter)}.used`, 0, hoursAgo);
  await writeFile(path.join(folder, `url-${letter}.json`), JSON.stringify({ sha256: hash(letter) }));
}

const trim = (maxBytes: number, ...used: string[]): Promise<number> =>
  trimLoraCache({ folder, maxBytes, inUse: async () => new Set(used.map(hash)), now });

const lettersLeft = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).map((name) => name.charAt(0));

test('what was used longest ago goes, as much as has to, with what leads to it', async () => {
  await cached('a', 2);
  await cached('b', 5);
  await cached('c', 3);
  expect(await trim(30)).toBe(0);
  expect(await trim(10)).toBe(2);
  expect((await readdir(folder)).toSorted()).toEqual([
    `${hash('a')}.safetensors`,
    `${hash('a')}.used`,
    'url-a.json',
  ]);
});

test('what jobs name, and what was used just now, stays however little room there is', async () => {
  await cached('a', 9);
  await cached('b', 5);
  await cached('c', 0.1);
  expect(await trim(0, 'a')).toBe(1);
  expect(await lettersLeft()).toEqual(['a', 'c']);
});

test('a cut download is kept for a week', async () => {
  await write('x.part', 10, 24);
  await write('y.part', 10, 8 * 24);
  await write('y.part.json', 10, 8 * 24);
  await trim(100);
  expect(await readdir(folder)).toEqual(['x.part']);
});

test('a folder that is not there yet is as good as an empty one', async () => {
  await rm(folder, { recursive: true });
  expect(await trim(0)).toBe(0);
});
