import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Sheet, SheetCell } from '../api/sheets.ts';
import css from './sheet.module.css';
import { type CellBox, SheetCellView } from './sheet-cell.tsx';
import {
  type Arrangement,
  type Combination,
  cellsByPlace,
  combinations,
  nextTile,
  placeOf,
  placeText,
} from './sheet-layout.ts';

interface TableProps {
  sheet: Sheet;
  arrangement: Arrangement;
  tile: number;
  /** Place of the cell that is compared with the next one. */
  chosen: string | null;
  onChoose: (cell: SheetCell) => void;
  onClear: () => void;
  onZoom: (tile: number) => void;
  /** Null for who may not render. */
  onRetry: (() => void) | null;
}

/** Rows and columns with labels that stay in sight. One cell is in the order of tabs, arrows go on. */
export function SheetTable(props: TableProps) {
  const { sheet, arrangement, tile, chosen, onChoose, onClear, onZoom, onRetry } = props;
  const { axes, cells } = sheet;
  const frame = useRef<HTMLDivElement>(null);
  const byPlace = useMemo(() => cellsByPlace(cells), [cells]);
  const rows = combinations(axes, arrangement.rows);
  const columns = combinations(axes, arrangement.columns);
  const [current, setCurrent] = useState({ row: 0, column: 0 });
  const at = {
    row: Math.min(current.row, rows.length - 1),
    column: Math.min(current.column, columns.length - 1),
  };
  const box = boxOf(cells, tile);
  useWheelZoom(frame, tile, onZoom);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClear();
    if (event.key === '+' || event.key === '-') onZoom(nextTile(tile, event.key === '+' ? 1 : -1));
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const row = Math.min(rows.length - 1, Math.max(0, at.row + by[0]));
    const column = Math.min(columns.length - 1, Math.max(0, at.column + by[1]));
    setCurrent({ row, column });
    frame.current?.querySelector<HTMLElement>(`[data-at="${row},${column}"]`)?.focus();
  };
  const hasHead = columns.some(({ label }) => label !== '');
  const hasSide = rows.some(({ label }) => label !== '');
  return (
    <div ref={frame} className={css.frame}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table in which arrows go from cell to cell is a grid.
        role="grid"
        aria-label="Contact sheet"
        aria-rowcount={rows.length + (hasHead ? 1 : 0)}
        aria-colcount={columns.length + (hasSide ? 1 : 0)}
        className={css.table}
        onKeyDown={onKeyDown}
      >
        {hasHead && (
          <thead>
            <tr>
              {hasSide && <td className={css.corner} />}
              {columns.map((column) => (
                <th key={keyOf(column)} scope="col">
                  <span style={{ maxWidth: box.width }} title={column.label}>
                    {column.label}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={keyOf(row)}>
              {hasSide && (
                <th scope="row">
                  <span title={row.label}>{row.label}</span>
                </th>
              )}
              {columns.map((column, columnIndex) => {
                const place = placeOf(axes, arrangement.at, row.indexes, column.indexes);
                const cell = byPlace.get(place);
                return (
                  <td key={place}>
                    <SheetCellView
                      cell={cell ?? null}
                      label={placeText(axes, place.split(',').map(Number))}
                      box={box}
                      isChosen={chosen === place}
                      isCurrent={rowIndex === at.row && columnIndex === at.column}
                      at={`${rowIndex},${columnIndex}`}
                      onFocus={() => setCurrent({ row: rowIndex, column: columnIndex })}
                      onChoose={onChoose}
                      onRetry={onRetry}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Labels may be equal. */
const keyOf = ({ indexes }: Combination): string => [...indexes.values()].join();

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** All cells are as large, so that nothing moves when pictures come: of their shape, or square where they have several. */
function boxOf(cells: readonly SheetCell[], tile: number): CellBox {
  const shapes = new Set(
    cells.flatMap(({ width, height }) => (width === null || height === null ? [] : [width / height])),
  );
  const [shape = 1] = shapes.size === 1 ? shapes : [];
  return shape >= 1
    ? { width: tile, height: Math.round(tile / shape) }
    : { width: Math.round(tile * shape), height: tile };
}

/** The wheel with Ctrl, which is also what two fingers on a touchpad are. */
function useWheelZoom(
  frame: React.RefObject<HTMLDivElement | null>,
  tile: number,
  onZoom: (tile: number) => void,
): void {
  const latest = useRef({ tile, onZoom });
  latest.current = { tile, onZoom };
  useEffect(() => {
    const { current } = frame;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      latest.current.onZoom(nextTile(latest.current.tile, event.deltaY < 0 ? 1 : -1));
    };
    current?.addEventListener('wheel', onWheel, { passive: false });
    return () => current?.removeEventListener('wheel', onWheel);
  }, [frame]);
}
