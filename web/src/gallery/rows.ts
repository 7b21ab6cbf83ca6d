/** Pictures in rows by day, for a grid that draws only the rows in sight. */

export type GridRow<Item> =
  | { kind: 'day'; day: string }
  | { kind: 'pictures'; items: readonly Item[]; first: number };

const dayOf = (time: string): string => new Date(time).toDateString();

/** Rows of `columns` pictures, each day under a line of its own. `first` is the index of the row's first picture. */
export function gridRows<Item extends { created_at: string }>(
  items: readonly Item[],
  columns: number,
): GridRow<Item>[] {
  const rows: GridRow<Item>[] = [];
  let day = '';
  let row: Item[] = [];
  for (const [index, item] of items.entries()) {
    const own = dayOf(item.created_at);
    if (own !== day) {
      day = own;
      rows.push({ kind: 'day', day: item.created_at });
      row = [];
    }
    if (row.length === 0 || row.length === columns) {
      row = [];
      rows.push({ kind: 'pictures', items: row, first: index });
    }
    row.push(item);
  }
  return rows;
}

/** A day as people say it. */
export function dayText(time: string, now: Date): string {
  const date = new Date(time);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', year });
}

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Where an arrow key leads in a grid; null where it leads nowhere. */
export function gridStep(key: string, index: number, columns: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -index,
    End: count - 1 - index,
  };
  const step = steps[key];
  if (step === undefined) return null;
  return Math.min(count - 1, Math.max(0, index + step));
}
