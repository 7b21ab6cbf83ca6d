import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * The folder that holds package.json, whether this file runs from `src/` or from a published build below it: the Python
 * engine and the bundled checkpoints lie beside it.
 */
export function packageRoot(): string {
  root ??= folderAbove(path.dirname(fileURLToPath(import.meta.url)));
  return root;
}

/** Looked for once: every request asks for it. */
let root: string | undefined;

function folderAbove(from: string): string {
  if (existsSync(path.join(from, 'package.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from)
    throw new Error('No package.json above the source of Darkroom: reinstall the package.');
  return folderAbove(parent);
}

/** Whether this is a copy of the repository, where TypeScript runs as it is, and not an installed package with built JavaScript. */
export function isCheckout(): boolean {
  return existsSync(path.join(packageRoot(), 'src', 'main.ts'));
}

/** Folder of the Python package `darkroom_engine`: the working folder of every Python process. */
export function engineFolder(): string {
  return path.join(packageRoot(), 'engine');
}

/** Of Darkroom. */
export function packageVersion(): string {
  version ??= z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'))).version;
  return version;
}

let version: string | undefined;
