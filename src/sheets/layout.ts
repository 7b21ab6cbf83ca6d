/**
 * Where everything stands in the picture of a sheet: pure geometry. Each combination of the axes in `pages` is a table, with a row and
 * a column for each combination of theirs; tables stand below each other. Where that is larger than a picture may be, tiles shrink; where
 * the smallest are too large still, it becomes several pictures.
 */
import type { Place, SheetAxis, SheetLayout } from './sheet.ts';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedCell extends Rectangle {
  place: Place;
}

export interface PlacedLabel extends Rectangle {
  lines: string[];
  align: 'start' | 'middle';
  isTitle: boolean;
}

export interface SheetPicture {
  width: number;
  height: number;
  cells: PlacedCell[];
  labels: PlacedLabel[];
}

/** The longest side that WebP can have is 16,383. */
export const pictureLimits = { pixels: 100_000_000, side: 16_000 } as const;
const smallestTile = 64;
const gap = 8;
const lineHeight = 18;
/** Width of a letter of the labels, on the average. */
const letterWidth = 7.2;
const mostLines = 3;

/** One way to take a value of each axis of a group. */
export interface Combination {
  /** By id of the axis. */
  indexes: ReadonlyMap<string, number>;
  label: string;
}

interface Grid {
  axes: readonly SheetAxis[];
  pages: Combination[];
  rows: Combination[];
  columns: Combination[];
  /** Width to height of a cell. */
  aspect: number;
}

/** `aspect`: width to height of the cells. `limits` is for tests. */
export function layOut(
  axes: readonly SheetAxis[],
  layout: Pick<SheetLayout, 'rows' | 'columns' | 'pages' | 'tile'>,
  aspect: number,
  limits: { pixels: number; side: number } = pictureLimits,
): SheetPicture[] {
  const grid: Grid = {
    axes,
    pages: combinations(axes, layout.pages),
    rows: combinations(axes, layout.rows),
    columns: combinations(axes, layout.columns),
    aspect,
  };
  for (let tile = layout.tile; tile > smallestTile; tile = Math.floor(tile * 0.9)) {
    const whole = wholePicture(grid, tile, limits);
    if (whole !== null) return [whole];
  }
  const least = Math.min(smallestTile, layout.tile);
  const whole = wholePicture(grid, least, limits);
  return whole === null ? splitPictures(grid, least, limits) : [whole];
}

/** All ways to take a value of each of these axes, the last axis fastest, with those that go along with them. */
export function combinations(axes: readonly SheetAxis[], ids: readonly string[]): Combination[] {
  return ids.reduce<Combination[]>(
    (some, id) => {
      const axis = axes.find((one) => one.id === id);
      if (axis === undefined) return some;
      const paired = axes.filter(({ along }) => along === id);
      return some.flatMap(({ indexes, label }) =>
        axis.labels.map((text, index) => ({
          indexes: new Map([...indexes, [id, index]]),
          label: [label, text, ...paired.map(({ labels }) => labels[index] ?? '')]
            .filter((part) => part !== '')
            .join(' · '),
        })),
      );
    },
    [{ indexes: new Map(), label: '' }],
  );
}

/** The cell where these meet. */
export function placeOf(axes: readonly SheetAxis[], ...parts: readonly Combination[]): Place {
  const indexes = new Map(parts.flatMap((part) => [...part.indexes]));
  return axes.map(({ id, along }) => indexes.get(along ?? id) ?? 0);
}

interface Measures {
  cell: { width: number; height: number };
  /** Width of the labels of rows; 0 where there are none. */
  rowLabel: number;
  /** Height of the labels of columns; 0 where there are none. */
  columnLabel: number;
  title: number;
}

function measure({ pages, rows, columns, aspect }: Grid, tile: number): Measures {
  const cell = {
    width: Math.max(1, Math.round(aspect >= 1 ? tile : tile * aspect)),
    height: Math.max(1, Math.round(aspect >= 1 ? tile / aspect : tile)),
  };
  const longest = Math.max(0, ...rows.map(({ label }) => label.length)) * letterWidth;
  const rowLabel =
    longest === 0 ? 0 : Math.round(Math.min(Math.max(56, longest + gap), Math.max(120, tile * 0.6)));
  const lines = Math.max(0, ...columns.map(({ label }) => wrap(label, cell.width).length));
  return {
    cell,
    rowLabel,
    columnLabel: lines * lineHeight + (lines === 0 ? 0 : gap),
    title: pages.some(({ label }) => label !== '') ? lineHeight * 2 : 0,
  };
}

const widthOf = ({ cell, rowLabel }: Measures, columns: number): number =>
  gap + (rowLabel === 0 ? 0 : rowLabel + gap) + columns * (cell.width + gap);

const headHeight = ({ title, columnLabel }: Measures): number => title + columnLabel;

/** All tables below each other, or null where that is too large. */
function wholePicture(
  grid: Grid,
  tile: number,
  limits: typeof pictureLimits | { pixels: number; side: number },
) {
  const measures = measure(grid, tile);
  const { rows, columns, pages } = grid;
  const width = widthOf(measures, columns.length);
  const table = headHeight(measures) + rows.length * (measures.cell.height + gap);
  const height = gap + pages.length * table;
  if (width > limits.side || height > limits.side || width * height > limits.pixels) return null;
  return draw(
    grid,
    measures,
    pages.map((page) => ({ page, rows, columns })),
    width,
  );
}

interface Part {
  page: Combination;
  rows: readonly Combination[];
  columns: readonly Combination[];
}

/** Tables are cut where a picture is full, each part with its labels. */
function splitPictures(grid: Grid, tile: number, limits: { pixels: number; side: number }): SheetPicture[] {
  const measures = measure(grid, tile);
  const { width: cellWidth, height: cellHeight } = measures.cell;
  const room = limits.side - widthOf(measures, 0);
  const across = Math.max(
    1,
    Math.floor(Math.min(room, limits.pixels / (cellHeight * 4)) / (cellWidth + gap)),
  );
  const width = widthOf(measures, Math.min(across, grid.columns.length));
  const tallest = Math.min(limits.side, limits.pixels / width) - gap - headHeight(measures);
  const down = Math.max(1, Math.floor(tallest / (cellHeight + gap)));
  return grid.pages.flatMap((page) =>
    chunks(grid.rows, down).flatMap((rows) =>
      chunks(grid.columns, across).map((columns) => draw(grid, measures, [{ page, rows, columns }], width)),
    ),
  );
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function draw({ axes }: Grid, measures: Measures, parts: readonly Part[], width: number): SheetPicture {
  const { cell, rowLabel, columnLabel, title } = measures;
  const left = widthOf(measures, 0);
  const cells: PlacedCell[] = [];
  const labels: PlacedLabel[] = [];
  let y = gap;
  for (const { page, rows, columns } of parts) {
    if (title > 0)
      labels.push({
        ...{ x: gap, y, width: width - 2 * gap, height: title - gap },
        ...{ lines: wrap(page.label, width - 2 * gap, 1), align: 'start', isTitle: true },
      });
    y += title;
    for (const [index, { label }] of columns.entries())
      if (label !== '')
        labels.push({
          ...{ x: left + index * (cell.width + gap), y, width: cell.width, height: columnLabel - gap },
          ...{ lines: wrap(label, cell.width), align: 'middle', isTitle: false },
        });
    y += columnLabel;
    for (const row of rows) {
      if (row.label !== '')
        labels.push({
          ...{ x: gap, y, width: rowLabel, height: cell.height },
          ...{ lines: wrap(row.label, rowLabel), align: 'start', isTitle: false },
        });
      for (const [index, column] of columns.entries())
        cells.push({
          ...cell,
          x: left + index * (cell.width + gap),
          y,
          place: placeOf(axes, page, row, column),
        });
      y += cell.height + gap;
    }
  }
  return { width, height: y, cells, labels };
}

/** Lines that fit into a width; what does not fit into the last one is cut. */
export function wrap(text: string, width: number, most = mostLines): string[] {
  const letters = Math.max(4, Math.floor(width / letterWidth));
  const lines: string[] = [];
  let rest = text.replaceAll(/\s+/g, ' ').trim();
  while (rest !== '' && lines.length < most) {
    if (rest.length <= letters) {
      lines.push(rest);
      rest = '';
    } else if (lines.length === most - 1) {
      lines.push(
        `${rest
          .slice(0, letters - 1)
          .trimEnd()
          .toWellFormed()}…`,
      );
      rest = '';
    } else {
      const space = rest.lastIndexOf(' ', letters);
      const end = space > letters / 3 ? space : letters;
      lines.push(rest.slice(0, end).trimEnd().toWellFormed());
      rest = rest.slice(end).trimStart();
    }
  }
  return lines;
}

/** The usual layout: the first axis downwards, the second across, the others in tables of their own. */
export function usualLayout(axes: readonly SheetAxis[]): Pick<SheetLayout, 'rows' | 'columns' | 'pages'> {
  const ids = axes.filter(({ along }) => along === null).map(({ id }) => id);
  const [first, second, ...pages] = ids;
  if (first === undefined) return { rows: [], columns: [], pages: [] };
  return second === undefined
    ? { rows: [], columns: [first], pages: [] }
    : { rows: [first], columns: [second], pages };
}
