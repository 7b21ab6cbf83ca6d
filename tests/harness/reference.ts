import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { python, root } from './paths.ts';
import { decode, type Picture } from './pictures.ts';
import { runOrThrow } from './run-program.ts';

/** What `tests/parity/reference.py` renders. */
export interface ReferenceCase {
  model: string;
  /** Folder of the model's own repository. */
  checkpoint: string;
  /** The folder that holds it and the others, by `<owner>/<name>`. */
  checkpoints: string;
  prompt: string;
  negative_prompt?: string;
  second_negative_prompt?: string;
  guidance_rescale?: number;
  /** Decoded in tiles. */
  tiled?: boolean;
  width: number;
  height: number;
  steps: number;
  guidance_scale: number;
  seed: number;
  control_image?: string;
  control_images?: string[];
  image?: string;
  mask_image?: string;
  strength?: number;
  loras?: { file: string; scale: number }[];
}

/** The pictures that plain diffusers makes of the cases, in order. One Python process for all, since imports take seconds. */
export async function renderReferences(cases: readonly ReferenceCase[]): Promise<Picture[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-reference-'));
  const files = cases.map((_, index) => path.join(folder, `${index}.png`));
  const input = JSON.stringify(cases.map((one, index) => ({ ...one, out: files[index] })));
  try {
    await runOrThrow(python, [path.join(root, 'tests', 'parity', 'reference.py')], {
      input,
      env: { OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' },
    });
    return await Promise.all(files.map(async (file) => decode(await readFile(file))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
