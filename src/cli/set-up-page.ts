/**
 * The page at `/`: built from `web/` into `web/dist`, which the server sends. A copy of the repository has its source, and builds it
 * again when that has changed; an installed package brings what is built.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { glob, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../errors/usage-error.ts';
import { packageRoot } from '../python/package-root.ts';

const web = (...parts: string[]): string => path.join(packageRoot(), 'web', ...parts);
const stampFile = (): string => web('dist', '.built-from');

/** Makes sure that the page is built from the source as it is. Costs some milliseconds when it is. Throws UsageError when it cannot be built. */
export async function setUpPage(): Promise<void> {
  if (!existsSync(web('index.html'))) return;
  const source = await hashOfSource();
  if (existsSync(stampFile()) && readFileSync(stampFile(), 'utf8') === source) return;
  console.error('Building the page (once, some seconds)…');
  // Beside its place, so that a server that runs never sees half of it, and another process that builds too does no harm.
  const built = await mkdtemp(web('dist-'));
  try {
    await build(built);
    await writeFile(path.join(built, '.built-from'), source);
    await putInPlace(built);
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

/** Another process may put its own there in the same moment, which is as good. */
async function putInPlace(built: string): Promise<void> {
  await rm(web('dist'), { recursive: true, force: true });
  await rename(built, web('dist')).catch((error: unknown) => {
    if (!existsSync(stampFile())) throw error;
  });
}

/** Of every file that the page is made of, and of the packages in it. */
async function hashOfSource(): Promise<string> {
  const names: string[] = [];
  for await (const file of glob(['src/**/*', 'public/**/*', '*.*'], { cwd: web(), withFileTypes: true }))
    if (file.isFile()) names.push(path.join(file.parentPath, file.name));
  names.sort();
  const hash = createHash('sha256').update(await readFile(path.join(packageRoot(), 'package-lock.json')));
  for (const name of names) hash.update(path.relative(web(), name)).update(await readFile(name));
  return hash.digest('hex');
}

async function build(folder: string): Promise<void> {
  const vite = path.join(packageRoot(), 'node_modules', 'vite', 'bin', 'vite.js');
  const args = ['build', web(), '--config', web('vite.config.ts'), '--outDir', folder, '--logLevel', 'warn'];
  const child = spawn(process.execPath, [vite, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new UsageError(
      `The page could not be built. \`npm install\` brings what it needs; vite says:\n${said.slice(-2000)}`,
    );
}
