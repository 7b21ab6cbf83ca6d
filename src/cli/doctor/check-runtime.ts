import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../python/package-root.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

const packageSchema = z.object({ dependencies: z.object({ node: z.string() }) });

/** The Node that runs this, against the one that package.json pins. */
export function checkNode(running: string = process.versions.node): Finding {
  const file = path.join(packageRoot(), 'package.json');
  const pinned = packageSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).dependencies.node;
  if (running === pinned) return ok('node', running);
  const [major = 0, minor = 0] = running.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    return wrong(
      'node',
      `${running}, too old: Darkroom needs 22.18`,
      'start with npm, npx or bin/darkroom.mjs, which take the Node that npm installed with Darkroom',
    );
  }
  return warning('node', `${running}; tested with ${pinned}`, 'start with npm, npx or bin/darkroom.mjs');
}

/** The image library has native code, which is absent when npm was told to leave optional packages out. */
export async function checkImageLibrary(): Promise<Finding> {
  try {
    const { default: sharp } = await import('sharp');
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    return ok('image library', `sharp ${sharp.versions.sharp ?? ''}`.trim());
  } catch (error) {
    return wrong(
      'image library',
      error instanceof Error ? firstLine(error.message) : 'fails',
      'npm ci --include=optional',
    );
  }
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
