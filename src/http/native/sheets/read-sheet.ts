/** A settled sheet becomes an order: each cell is read as the body of POST /v1/inference that it is. */
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Sentence } from '../../../errors/sentence.ts';
import { usualLayout } from '../../../sheets/layout.ts';
import type { CellOrder } from '../../../sheets/plan-cells.ts';
import type { SheetOrder } from '../../../sheets/request-cells.ts';
import type { SheetAxis, SheetLayout } from '../../../sheets/sheet.ts';
import type { Submission } from '../../kit/accept-request.ts';
import { invalidRequest } from '../../kit/body/invalid-request.ts';
import { takeLaxValues } from '../../kit/body/lax-values.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { toSubmission } from '../request.ts';
import { createInferenceSchema } from '../schemas/request-schema.ts';
import type { SheetBody } from '../schemas/sheet-schema.ts';
import { axesOf } from './axis-labels.ts';
import { countPlaces, expandSheet } from './expand-sheet.ts';
import { keepSheet } from './kept-sheet.ts';
import { problemsOfFields, sheetRefused } from './sheet-problems.ts';

const schema = createInferenceSchema({ maxPrompts: 1 });
const topFields = Object.keys(schema.shape);
const usualTile = 384;

export interface ReadSheet {
  order: SheetOrder;
  /** Of all its requests. */
  webhook: Submission['webhook'];
  hfToken: string | null;
}

/** Throws INVALID_REQUEST that names axis and index. */
export function readSheet(body: SheetBody, maxCells: number): ReadSheet {
  const count = countPlaces(body.axes);
  if (count > maxCells) throw tooLarge(body, count, maxCells);
  const axes = axesOf(body);
  const read = expandSheet(body).map(({ place, body: sent }) => {
    const lax = takeLaxValues(schema, sent);
    const parsed = schema.safeParse(sent);
    return { place, sent, lax, parsed };
  });
  const problems = read.flatMap(({ place, sent, parsed }) =>
    parsed.success
      ? []
      : problemsOfFields(body, place, invalidRequest(schema, sent, parsed.error, 'body').details?.problems),
  );
  if (problems.length > 0) throw sheetRefused('INVALID_REQUEST', problems);
  const warnings = new Set<Sentence>();
  let first: Submission | null = null;
  const cells = read.flatMap(({ place, sent, lax, parsed }): CellOrder[] => {
    if (!parsed.success) return [];
    const submission = toSubmission(parsed.data, topFields);
    first ??= submission;
    const told = [...lax, ...submission.warnings];
    for (const warning of told) warnings.add(warning);
    return [{ place, request: submission.request, sent: sentRequest(sent), warnings: told }];
  });
  const { webhook = null, hfToken = null }: Partial<Submission> = first ?? {};
  return {
    order: {
      request: keepSheet(body),
      axes,
      layout: layoutOf(body, axes),
      cells,
      warnings: [...warnings],
      reuses: body.reuse ?? true,
      stopsOnError: body.on_error === 'stop',
    },
    webhook,
    hfToken,
  };
}

/** What the layout leaves out stands on pages. */
function layoutOf({ layout, image }: SheetBody, axes: readonly SheetAxis[]): SheetLayout {
  const usual = usualLayout(axes);
  const given = layout
    ? { rows: layout.rows ?? [], columns: layout.columns ?? [], pages: layout.pages ?? [] }
    : usual;
  const placed = [...given.rows, ...given.columns, ...given.pages];
  const left = axes.filter(({ id, along }) => along === null && !placed.includes(id)).map(({ id }) => id);
  return {
    rows: [...given.rows],
    columns: [...given.columns],
    pages: [...given.pages, ...left],
    format: image?.format ?? 'webp',
    tile: image?.tile ?? usualTile,
  };
}

function tooLarge({ axes }: SheetBody, count: number, most: number): DarkroomError {
  const free = axes.filter((axis) => !axis.with);
  const product = free.map(({ values, id, name }) => `${values?.length ?? 0} (${id || name})`).join(' × ');
  const message = `axes span ${count} cells, ${product}, and this server takes up to ${most} (MAX_SHEET_CELLS). Send fewer values, or several sheets.`;
  return new DarkroomError('INVALID_REQUEST', message, {
    details: { cells: count, limit: most, problems: [{ path: 'axes', message }] },
  });
}
