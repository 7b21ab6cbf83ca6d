import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Left in the venv when everything is in: what was installed, by the hash of the file that pins it. */
const stampSchema = z.object({ pyproject: z.string(), tests: z.boolean() });
export type Stamp = z.infer<typeof stampSchema>;

const stampFile = (venv: string): string => path.join(venv, '.darkroom-setup.json');

/** The stamp that a finished set-up would leave for the present engine/pyproject.toml. */
export function wantedStamp(pyproject: string, tests: boolean): Stamp {
  return { pyproject: createHash('sha256').update(readFileSync(pyproject)).digest('hex'), tests };
}

/** Whether the venv was set up with at least what is wanted. A damaged stamp counts as none. */
export function isStamped(venv: string, wanted: Stamp): boolean {
  if (!existsSync(stampFile(venv))) return false;
  const stamp = stampSchema.safeParse(parseJson(readFileSync(stampFile(venv), 'utf8')));
  return stamp.success && stamp.data.pyproject === wanted.pyproject && (stamp.data.tests || !wanted.tests);
}

export function writeStamp(venv: string, stamp: Stamp): void {
  writeFileSync(stampFile(venv), JSON.stringify(stamp));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
