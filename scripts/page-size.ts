/** `npm run check`: what a browser loads before it shows the first screen, and for each further one, is within its budget. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { z } from 'zod';
import { packageRoot } from '../src/python/package-root.ts';

/** In kB as Brotli sends them. */
const budgets = { firstScripts: 190, firstStyles: 15, lazyScreen: 40 };

const dist = path.join(packageRoot(), 'web', 'dist');
const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().default(false),
    isDynamicEntry: z.boolean().default(false),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
);
const manifest = manifestSchema.parse(
  JSON.parse(readFileSync(path.join(dist, '.vite', 'manifest.json'), 'utf8')),
);

/** A chunk and all that it needs before it runs. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const other of manifest[name]?.imports ?? []) withImports(other, seen);
  return seen;
}

const kilobytes = (files: Iterable<string>): number =>
  [...new Set(files)].reduce(
    (sum, file) => sum + brotliCompressSync(readFileSync(path.join(dist, file))).length,
    0,
  ) / 1000;
const chunksOf = (names: Iterable<string>) => [...names].flatMap((name) => manifest[name] ?? []);

const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
const first = withImports(entry);
const lazy = Object.keys(manifest).filter((name) => manifest[name]?.isDynamicEntry);
const found = [
  {
    what: 'the first screen, scripts',
    size: kilobytes(chunksOf(first).map(({ file }) => file)),
    most: budgets.firstScripts,
  },
  {
    what: 'the first screen, styles',
    size: kilobytes(chunksOf(first).flatMap(({ css }) => css)),
    most: budgets.firstStyles,
  },
  ...lazy.map((name) => {
    const own = [...withImports(name)].filter((other) => !first.has(other));
    return { what: name, size: kilobytes(chunksOf(own).map(({ file }) => file)), most: budgets.lazyScreen };
  }),
];
for (const { what, size, most } of found)
  console.log(`${size > most ? '✗' : '✓'} ${what}: ${size.toFixed(1)} of ${most} kB`);
if (found.length < 3 || found.some(({ size, most }) => size > most)) process.exitCode = 1;
