/**
 * `npm run generate`: writes every page that is made from a table in the source. With `--check` it writes nothing and exits 1
 * when a page is not what it would be, or belongs to a model that is gone.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../src/python/package-root.ts';
import { generatePages } from './generate/pages.ts';

const pages = await generatePages();
const orphans = globSync('docs/models/*.md', { cwd: packageRoot() }).filter((file) => !pages.has(file));
const stale = [...pages].filter(([file, text]) => current(file) !== text).map(([file]) => file);

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`${file} is not what npm run generate makes`);
  for (const file of orphans) console.error(`${file} belongs to no model`);
  process.exitCode = stale.length + orphans.length === 0 ? 0 : 1;
} else {
  for (const file of stale) write(file, pages.get(file) ?? '');
  for (const file of orphans) rmSync(path.join(packageRoot(), file));
  console.log(
    `${stale.length} written, ${orphans.length} removed, ${pages.size - stale.length} as they were`,
  );
}

function current(file: string): string | null {
  const full = path.join(packageRoot(), file);
  return existsSync(full) ? readFileSync(full, 'utf8') : null;
}

function write(file: string, text: string): void {
  const full = path.join(packageRoot(), file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}
