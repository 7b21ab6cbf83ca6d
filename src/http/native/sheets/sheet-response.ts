import type { z } from 'zod';
import type { Catalog } from '../../../catalog/load-catalog.ts';
import { parseProvenance } from '../../../files/encode/provenance.ts';
import type { Costs } from '../../../sheets/costs.ts';
import type { SheetPicture } from '../../../sheets/layout.ts';
import type { WholeSheet } from '../../../sheets/open-sheets.ts';
import type { SheetOrder } from '../../../sheets/request-cells.ts';
import {
  type CellCounts,
  type CellState,
  countCells,
  placeText,
  type Sheet,
  type SheetCell,
  type SheetState,
  sheetState,
} from '../../../sheets/sheet.ts';
import { picturesOf } from '../../../sheets/sheet-picture.ts';
import type { Links } from '../../kit/links.ts';
import { inNative } from '../names.ts';
import { recipeResponse } from '../recipe.ts';
import { failureResponse } from '../response.ts';
import type {
  countsSchema,
  dryRunSchema,
  manifestSchema,
  sheetSchema,
  sheetSummarySchema,
} from '../schemas/sheet-answer-schema.ts';
import { statusWord } from '../status-word.ts';
import { cellFiles } from './cell-files.ts';
import { shownSheet } from './kept-sheet.ts';

type SheetWord = z.input<typeof sheetSummarySchema>['status'];

export function sheetWord(state: SheetState | CellState): SheetWord {
  return state === 'removed' ? state : statusWord(state);
}

export const countsResponse = (counts: CellCounts): z.input<typeof countsSchema> => ({
  cells: Object.values(counts).reduce((sum, count) => sum + count, 0),
  in_queue: counts.queued,
  in_progress: counts.running,
  succeeded: counts.succeeded,
  failed: counts.failed,
  canceled: counts.canceled,
  removed: counts.removed,
});

const axesResponse = (axes: Sheet['axes']): z.input<typeof sheetSummarySchema>['axes'] =>
  axes.map(({ id, name, along, labels }) => ({ id, name, with: along, labels }));

export function summaryResponse(
  sheet: Sheet,
  counts: CellCounts,
  links: Links,
): z.input<typeof sheetSummarySchema> {
  const path = `/v1/sheets/${sheet.id}`;
  return {
    sheet_id: sheet.id,
    model: sheet.model,
    status: sheetWord(sheetState(counts)),
    counts: countsResponse(counts),
    failed_cells: counts.failed,
    axes: axesResponse(sheet.axes),
    created_at: sheet.createdAt.toISOString(),
    url: links.to(path),
    image_url: links.to(`${path}/image`),
    manifest_url: links.to(`${path}/manifest`),
    zip_url: links.to(`${path}/zip`),
  };
}

export function sheetResponse(sheet: WholeSheet, links: Links): z.input<typeof sheetSchema> {
  const counts = countCells(sheet.cells);
  const { rows, columns, pages } = sheet.layout;
  return {
    ...summaryResponse(sheet, counts, links),
    layout: { rows, columns, pages },
    pictures: new Set(sheet.cells.map(pictureName)).size,
    reused_cells: sheet.cells.filter(({ reused }) => reused).length,
    eta_seconds: secondsLeft(sheet.cells),
    image_count: picturesOf(sheet).length,
    request: shownSheet(sheet.request),
    cells: sheet.cells.map((cell) => cellResponse(cell, links)),
    warnings: sheet.warnings.map(inNative),
  };
}

const pictureName = ({ job, index }: Pick<SheetCell, 'job' | 'index'>): string => `${job}/${index}`;

/** From what its own pictures took; null before the first is there, and when there is nothing left. */
export function secondsLeft(cells: readonly SheetCell[]): number | null {
  const waiting = cells.filter(({ state }) => state === 'queued' || state === 'running');
  const done = cells.flatMap(({ output, reused }) => (output === null || reused ? [] : [output.seconds]));
  if (waiting.length === 0 || done.length === 0) return null;
  const each = done.reduce((sum, seconds) => sum + seconds, 0) / done.length;
  return Math.round(each * new Set(waiting.map(pictureName)).size * 10) / 10;
}

function cellResponse(cell: SheetCell, links: Links): z.input<typeof sheetSchema>['cells'][number] {
  const path = `/v1/requests/${cell.job}/outputs/${cell.index}`;
  return {
    ...cellFacts(cell),
    url: cell.output === null ? null : links.to(path),
    thumbnail_url: cell.output === null ? null : links.to(`${path}/thumbnail`),
  };
}

function cellFacts({ place, state, job, index, reused, error, output }: SheetCell) {
  return {
    place: [...place],
    status: sheetWord(state),
    request_id: job,
    index,
    reused,
    ...failureResponse(state === 'failed' ? error : null),
    kind: output?.kind ?? null,
    width: output?.width ?? null,
    height: output?.height ?? null,
    seconds: output?.seconds ?? null,
    sha256: output?.sha256 ?? null,
  };
}

export function manifestResponse(
  sheet: WholeSheet,
  pictures: readonly SheetPicture[],
  catalog: Catalog,
): z.input<typeof manifestSchema> {
  const rectangles = new Map(
    pictures.flatMap(({ cells }, image) =>
      cells.map(({ place, x, y, width, height }) => [placeText(place), { image, x, y, width, height }]),
    ),
  );
  const files = cellFiles(sheet);
  const { rows, columns, pages } = sheet.layout;
  return {
    sheet_id: sheet.id,
    created_at: sheet.createdAt.toISOString(),
    status: sheetWord(sheetState(countCells(sheet.cells))),
    request: shownSheet(sheet.request),
    axes: axesResponse(sheet.axes),
    layout: { rows, columns, pages },
    images: pictures.map(({ width, height }) => ({ width, height })),
    cells: sheet.cells.map((cell) => {
      const recipe = cell.recipe === null ? null : parseProvenance(cell.recipe);
      return {
        ...cellFacts(cell),
        labels: Object.fromEntries(
          sheet.axes.map(({ id, labels }, axis) => [id, labels[cell.place[axis] ?? 0] ?? '']),
        ),
        rectangle: rectangles.get(placeText(cell.place)) ?? null,
        file: files.get(placeText(cell.place)) ?? null,
        recipe: recipe === null ? null : recipeResponse(recipe, catalog),
      };
    }),
  };
}

export function dryRunResponse(
  costs: Costs,
  order: SheetOrder,
  here: { baseLoads: number; missingBytes: number | null },
): z.input<typeof dryRunSchema> {
  return {
    dry_run: true,
    cells: order.cells.length,
    to_render: costs.pictures,
    reused: costs.reused,
    merges: costs.merges,
    base_loads: here.baseLoads,
    downloads: { bytes: costs.pictures === 0 ? 0 : here.missingBytes, loras: costs.loraDownloads },
    disk_bytes: costs.bytes,
    seconds: costs.seconds,
    axes: axesResponse(order.axes),
    warnings: order.warnings.map(inNative),
  };
}
