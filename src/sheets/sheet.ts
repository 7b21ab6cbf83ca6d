/**
 * A contact sheet: one picture for each combination of the values of its axes. Its pictures are made by ordinary requests, one for
 * each picture, which wait and run like all others; a sheet is which request is for which cell, and how they all stand together.
 *
 * A cell is named by its place: the index of its value on each axis. Extending a sheet adds values at the end of axes, so places stay.
 */
import { z } from 'zod';
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { JobOutput, JobState } from '../jobs/job.ts';

export const axisSchema = z.strictObject({
  id: z.string(),
  /** What its values stand for, in the words of who asked. */
  name: z.string(),
  /** One for each value. */
  labels: z.array(z.string()).min(1),
  /** Id of the axis that it goes along with: their values are taken in pairs. Null: it multiplies the cells. */
  along: z.string().nullable(),
});
export type SheetAxis = z.infer<typeof axisSchema>;

export const layoutSchema = z.strictObject({
  /** Ids of axes; all that multiply stand in one of the three. */
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  pages: z.array(z.string()),
  /** Of the whole picture. */
  format: z.enum(['webp', 'png', 'jpeg']),
  /** Longest side of a cell, in pixels. */
  tile: z.int(),
});
export type SheetLayout = z.infer<typeof layoutSchema>;

/** Index of the value on each axis, in their order. */
export type Place = readonly number[];

export const placeText = (place: Place): string => place.join(',');

export const cellStates = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'removed'] as const;
/** `removed`: it was rendered, and its picture or its request is gone. */
export type CellState = (typeof cellStates)[number];

export interface SheetCell {
  place: Place;
  state: CellState;
  /** The request that renders it, and which of its outputs. */
  job: string;
  index: number;
  recipeKey: string;
  /** The picture was there before the sheet. */
  reused: boolean;
  error: ErrorBody | null;
  output: JobOutput | null;
  /** JSON, as it was kept: how the picture was made. */
  recipe: string | null;
}

export interface Sheet {
  id: string;
  number: number;
  dialect: string;
  project: string;
  keyId: string | null;
  model: string;
  /** What the client sent, with the seeds that were drawn for it. */
  request: unknown;
  axes: SheetAxis[];
  layout: SheetLayout;
  warnings: Sentence[];
  stopsOnError: boolean;
  revision: number;
  createdAt: Date;
}

export type CellCounts = Readonly<Record<CellState, number>>;

/** `removed`: nothing of it is left. */
export type SheetState = JobState | 'removed';

export const countCells = (cells: readonly Pick<SheetCell, 'state'>[]): CellCounts => {
  const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0, removed: 0 };
  for (const { state } of cells) counts[state] += 1;
  return counts;
};

/** How a sheet stands, from how its cells do. One that failed in some cells has succeeded. */
export function sheetState({ queued, running, succeeded, failed, canceled }: CellCounts): SheetState {
  if (running > 0) return 'running';
  if (queued > 0) return succeeded + failed + canceled > 0 ? 'running' : 'queued';
  if (canceled > 0) return 'canceled';
  if (succeeded > 0) return 'succeeded';
  return failed > 0 ? 'failed' : 'removed';
}

/** Whether nothing of it is on its way. */
export const hasEnded = ({ queued, running }: CellCounts): boolean => queued + running === 0;
