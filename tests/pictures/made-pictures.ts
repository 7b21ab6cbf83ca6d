import path from 'node:path';
import { z } from 'zod';
import { python, root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';

const madePictureSchema = z.strictObject({
  file: z.string(),
  /** A PNG of what a person sees in it. */
  seen: z.string(),
  /** Levels that a value may be off. */
  off: z.int(),
  /** A pattern of what the warnings say; empty where there are none. */
  says: z.string(),
});
export type MadePicture = z.output<typeof madePictureSchema>;

/** Pictures of every kind, written into a folder by Pillow. */
export async function makePictures(folder: string): Promise<MadePicture[]> {
  const script = path.join(root, 'tests', 'pictures', 'make_pictures.py');
  const { stdout } = await runOrThrow(python, [script, folder]);
  return z.array(madePictureSchema).parse(JSON.parse(stdout));
}
