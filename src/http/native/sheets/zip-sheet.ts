import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Catalog } from '../../../catalog/load-catalog.ts';
import type { FileStore } from '../../../files/file-store.ts';
import type { WholeSheet } from '../../../sheets/open-sheets.ts';
import { placeText } from '../../../sheets/sheet.ts';
import { picturesOf, type SheetDrawer } from '../../../sheets/sheet-picture.ts';
import { cellFiles } from './cell-files.ts';
import { sheetPage } from './sheet-page.ts';
import { manifestResponse } from './sheet-response.ts';

const imageExtensions = { webp: 'webp', png: 'png', jpeg: 'jpg' } as const;

/** The name of a picture of the whole sheet, where there are so many. */
export const imageName = (format: keyof typeof imageExtensions, number: number, count: number): string =>
  `sheet${count === 1 ? '' : `-${number + 1}`}.${imageExtensions[format]}`;

/** Cells, picture, manifest and an HTML page as one ZIP file, which is made while it is read. */
export function zipSheet(
  sheet: WholeSheet,
  parts: { files: Pick<FileStore, 'read'>; catalog: Catalog; drawer: SheetDrawer },
): Readable {
  const zip = new ZipFile();
  const stream = new PassThrough();
  zip.outputStream.pipe(stream);
  const pictures = picturesOf(sheet);
  const mtime = sheet.createdAt;

  async function fill(): Promise<void> {
    const files = cellFiles(sheet);
    const manifest = manifestResponse(sheet, pictures, parts.catalog);
    zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json', { mtime });
    zip.addBuffer(Buffer.from(sheetPage(sheet, files)), 'index.html', { mtime });
    for (const number of pictures.keys()) {
      const drawn = await parts.drawer.draw(sheet, number);
      if (drawn !== null)
        zip.addBuffer(Buffer.from(drawn), imageName(sheet.layout.format, number, pictures.length), {
          mtime,
          compress: false,
        });
    }
    const written = new Set<string>();
    for (const { place, output } of sheet.cells) {
      const file = files.get(placeText(place));
      if (file === undefined || output === null || written.has(file)) continue;
      written.add(file);
      const found = await parts.files.read(output.key);
      if (found === null) continue;
      zip.addReadStream(found.stream, file, { compress: false, mtime });
      // One after the other, as fast as the client reads: a file that waits would keep its descriptor.
      await finished(found.stream);
    }
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
