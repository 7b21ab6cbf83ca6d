import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { OutputRecord } from '../../jobs/reading/list-outputs.ts';
import { storedRecipe } from './picture.ts';

/**
 * Files of outputs as one ZIP file, which is made while it is read, with `recipes.json` at its end: of each file its request, hash and
 * recipe, and which of them are gone.
 */
export function zipPictures(
  records: readonly OutputRecord[],
  { files, catalog }: { files: Pick<FileStore, 'read'>; catalog: Catalog },
): Readable {
  const zip = new ZipFile();
  const stream = new PassThrough();
  zip.outputStream.pipe(stream);

  async function fill(): Promise<void> {
    const recipes: object[] = [];
    for (const record of records) {
      const { key, index, sha256 } = record.output;
      const found = await files.read(key);
      const file = found === null ? null : path.posix.basename(key);
      recipes.push({ file, request_id: record.job, index, sha256, recipe: storedRecipe(record, catalog) });
      if (found === null || file === null) continue;
      zip.addReadStream(found.stream, file, { compress: false, mtime: record.createdAt });
      // One after the other, as fast as the client reads: a file that waits would keep its descriptor.
      await finished(found.stream);
    }
    zip.addBuffer(Buffer.from(`${JSON.stringify(recipes, null, 2)}\n`), 'recipes.json');
    zip.end();
  }

  const stop = (error: unknown): void => void stream.destroy(error instanceof Error ? error : undefined);
  zip.on('error', stop);
  const filling = new Promise<void>((resolve, reject) => {
    stream.once('close', () => reject(new Error('The client hung up.')));
    fill().then(resolve, reject);
  });
  filling.catch(stop);
  return stream;
}
