/** How a sheet is shown: which axes go down, which across, and at which value of the others one looks. Pure. */
import type { Sheet, SheetCell } from '../api/sheets.ts';

export type SheetAxis = Sheet['axes'][number];

/** Ids of axes, the slowest first. */
export interface Arrangement {
  rows: readonly string[];
  columns: readonly string[];
  /** Index of the value of each axis that is in neither, by its id. */
  at: ReadonlyMap<string, number>;
}

/** One way to take a value of each axis of a side. */
export interface Combination {
  indexes: ReadonlyMap<string, number>;
  label: string;
}

/** What of it stands in the address; where nothing does, it is as the sheet was asked for. */
export interface ArrangementText {
  rows?: string | undefined;
  columns?: string | undefined;
  /** `prompt.2,seed.0` */
  at?: string | undefined;
}

/** Axes that multiply the cells; the others go along with one of them. */
export const freeAxes = ({ axes }: Pick<Sheet, 'axes'>): SheetAxis[] =>
  axes.filter((axis) => axis.with === null);

export function readArrangement(sheet: Pick<Sheet, 'axes' | 'layout'>, text: ArrangementText): Arrangement {
  const free = freeAxes(sheet);
  const known = (ids: readonly string[]) => ids.filter((id) => free.some((axis) => axis.id === id));
  const rows = known(text.rows === undefined ? sheet.layout.rows : text.rows.split(','));
  const columns = known(text.columns === undefined ? sheet.layout.columns : text.columns.split(',')).filter(
    (id) => !rows.includes(id),
  );
  const asked = new Map(
    (text.at ?? '').split(',').map((part) => {
      const cut = part.lastIndexOf('.');
      return [part.slice(0, cut), Number(part.slice(cut + 1))];
    }),
  );
  const at = free
    .filter(({ id }) => !rows.includes(id) && !columns.includes(id))
    .map(({ id, labels }): [string, number] => {
      const index = asked.get(id) ?? 0;
      return [id, labels[index] === undefined ? 0 : index];
    });
  return { rows, columns, at: new Map(at) };
}

export const arrangementText = ({ rows, columns, at }: Arrangement): ArrangementText => ({
  rows: rows.join(','),
  columns: columns.join(','),
  at: [...at].map(([id, index]) => `${id}.${index}`).join(',') || undefined,
});

export type Side = 'rows' | 'columns' | 'one';

export const sideOf = ({ rows, columns }: Arrangement, id: string): Side =>
  rows.includes(id) ? 'rows' : columns.includes(id) ? 'columns' : 'one';

/** With an axis on another side. What goes to a side that has an axis goes behind it. */
export function moved({ rows, columns, at }: Arrangement, id: string, side: Side): Arrangement {
  const without = (ids: readonly string[]) => ids.filter((one) => one !== id);
  const others = [...at].filter(([one]) => one !== id);
  return {
    rows: side === 'rows' ? [...without(rows), id] : without(rows),
    columns: side === 'columns' ? [...without(columns), id] : without(columns),
    at: new Map(side === 'one' ? [...others, [id, 0]] : others),
  };
}

export const swapped = ({ rows, columns, at }: Arrangement): Arrangement => ({
  rows: columns,
  columns: rows,
  at,
});

/** All ways to take a value of each of these axes, the last axis fastest, with those that go along with them. */
export function combinations(axes: readonly SheetAxis[], ids: readonly string[]): Combination[] {
  return ids.reduce<Combination[]>(
    (some, id) => {
      const labels = axes.find((axis) => axis.id === id)?.labels ?? [];
      const paired = axes.filter((axis) => axis.with === id);
      return some.flatMap(({ indexes, label }) =>
        labels.map((text, index) => ({
          indexes: new Map([...indexes, [id, index]]),
          label: [label, text, ...paired.map((axis) => axis.labels[index] ?? '')]
            .filter((part) => part !== '')
            .join(' · '),
        })),
      );
    },
    [{ indexes: new Map(), label: '' }],
  );
}

/** Cells by their places. */
export const cellsByPlace = (cells: readonly SheetCell[]): ReadonlyMap<string, SheetCell> =>
  new Map(cells.map((cell) => [cell.place.join(), cell]));

/** Where the cell of these values stands, as a key of `cellsByPlace`. */
export function placeOf(
  axes: readonly SheetAxis[],
  ...parts: readonly ReadonlyMap<string, number>[]
): string {
  const indexes = new Map(parts.flatMap((part) => [...part]));
  return axes.map(({ id, with: partner }) => indexes.get(partner ?? id) ?? 0).join();
}

/** What a cell is of, in words. */
export const placeText = (axes: readonly SheetAxis[], place: readonly number[]): string =>
  axes.flatMap(({ labels }, axis) => (labels.length > 1 ? [labels[place[axis] ?? 0] ?? ''] : [])).join(' · ');

/** Longest side of a cell at which all columns are likely to be in sight. */
export function usualTile(columns: number, width: number): number {
  const room = (width - labelRoom) / Math.max(1, columns);
  return tiles.findLast((tile) => tile <= room) ?? tiles[0];
}

const labelRoom = 140;
export const tiles = [64, 96, 128, 160, 208, 256, 352, 512] as const;

/** The next size up or down. */
export function nextTile(tile: number, by: 1 | -1): number {
  return by === 1 ? (tiles.find((one) => one > tile) ?? tile) : (tiles.findLast((one) => one < tile) ?? tile);
}
