/** The picture of a sheet, from the files of its cells. One is drawn at a time: a large one takes some hundred megabytes. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { withSheetMark } from '../files/encode/sheet-mark.ts';
import type { FileStore } from '../files/file-store.ts';
import type { ReadThumbnail } from '../files/thumbnails.ts';
import { drawSheet } from './draw-sheet.ts';
import { layOut, type SheetPicture } from './layout.ts';
import type { WholeSheet } from './open-sheets.ts';
import { type CellState, placeText, type SheetCell } from './sheet.ts';

export interface SheetDrawer {
  /** The picture of a number, from 0; null where the sheet has none of it. Throws what the store and sharp throw. */
  draw(sheet: WholeSheet, number: number): Promise<Uint8Array | null>;
}

const notes: Readonly<Record<CellState, string>> = {
  queued: 'waiting',
  running: 'rendering',
  succeeded: 'gone',
  failed: 'failed',
  canceled: 'canceled',
  removed: 'gone',
};
const thumbnailWidth = 512;

export function createSheetDrawer(parts: {
  files: Pick<FileStore, 'read'>;
  thumbnails: ReadThumbnail;
}): SheetDrawer {
  const oneAtATime = pLimit(1);
  return {
    draw: (sheet, number) =>
      oneAtATime(async () => {
        const picture = picturesOf(sheet)[number];
        if (picture === undefined) return null;
        const cells = new Map(sheet.cells.map((cell) => [placeText(cell.place), cell]));
        const drawn = await drawSheet(picture, sheet.layout.format, async (place) => {
          const cell = cells.get(placeText(place));
          const state = cell?.state ?? 'removed';
          return { picture: cell === undefined ? null : await fileOf(cell, parts), note: notes[state] };
        });
        return withSheetMark(drawn, sheet.layout.format, sheet.id, picture);
      }),
  };
}

async function fileOf(
  { job, output }: SheetCell,
  { files, thumbnails }: Parameters<typeof createSheetDrawer>[0],
): Promise<Buffer | null> {
  if (output === null) return null;
  const isVideo = output.kind === 'video';
  const found = isVideo ? await thumbnails({ job, ...output }, thumbnailWidth) : await files.read(output.key);
  return found === null ? null : buffer(found.stream);
}

/** Where everything stands. The shape of the cells is that of most pictures. */
export function picturesOf({ axes, layout, cells }: WholeSheet): SheetPicture[] {
  const shapes = cells.flatMap(({ output }) => (output === null ? [] : [output.width / output.height]));
  const [most] = [...Map.groupBy(shapes, (shape) => shape)].toSorted((a, b) => b[1].length - a[1].length);
  return layOut(axes, layout, most?.[0] ?? 1);
}

/** Another one for each change of what the picture shows. */
export function pictureMark({ id, axes, cells }: WholeSheet): string {
  const shown = cells.map(({ place, state, output }) => [placeText(place), state, output?.sha256 ?? null]);
  return createHash('sha256')
    .update(JSON.stringify([id, axes, shown]))
    .digest('hex')
    .slice(0, 32);
}
