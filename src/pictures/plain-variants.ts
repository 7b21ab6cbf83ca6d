import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReadPicture } from './picture-reader.ts';

/** A picture as the model may have got it. */
export interface PlainVariant {
  sha256: string;
  png: Uint8Array;
}

/**
 * The plain PNGs that become of a file in each way that a request may take it: turned upright or not, laid over white or not. They are
 * written into the folder. None, of a file that cannot be read.
 */
export async function* plainVariants(
  file: string,
  { folder, maximumPixels, read }: { folder: string; maximumPixels: number; read: ReadPicture },
): AsyncGenerator<PlainVariant> {
  for (const orientation of ['upright', 'as_stored'] as const)
    for (const transparency of ['over_white', 'kept'] as const) {
      const answer = await read({ file, folder, maximumPixels, orientation, transparency });
      if (answer.kind !== 'done') return;
      const { sha256 } = answer;
      yield { sha256, png: await readFile(path.join(folder, `${sha256}.png`)) };
    }
}
