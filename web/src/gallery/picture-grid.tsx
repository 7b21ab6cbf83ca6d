import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Picture } from '../api/outputs.ts';
import { nameText } from '../picture/use-picture-actions.ts';
import css from './gallery.module.css';
import { dayText, gridRows } from './rows.ts';
import { Tile } from './tile.tsx';
import { toggled } from './toggled.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useWidth } from './use-width.ts';

interface Props {
  pictures: readonly Picture[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  /** The last rows are in sight. */
  onEnd: () => void;
  /** Ask whether the selected pictures are to go. */
  onDelete: () => void;
}

const widest = 184;
const gap = 8;
const dayHeight = 44;
const drawnBeyond = 3;

/** A grid that draws only what is in sight, however many pictures there are. One tile is in the order of tabs, arrows go on. */
export function PictureGrid({ pictures, selected, onSelect, onEnd, onDelete }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const columns = Math.max(2, Math.ceil((width + gap) / (widest + gap)));
  const tile = Math.max(40, (width - gap * (columns - 1)) / columns);
  const rows = useMemo(() => gridRows(pictures, columns), [pictures, columns]);
  const [current, setCurrent] = useState(0);
  const scroller = useScroller();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: (index) => (rows[index]?.kind === 'day' ? dayHeight : tile + gap),
    overscan: drawnBeyond,
    scrollMargin: frame.current?.offsetTop ?? 0,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have another height when the tiles have.
  useEffect(() => virtual.measure(), [virtual, tile]);
  useEffect(() => {
    if (lastShown >= rows.length - 4) onEnd();
  }, [lastShown, rows.length, onEnd]);
  const onKeyDown = useGridKeys({
    pictures,
    columns,
    current,
    setCurrent,
    selected,
    onSelect,
    onDelete: (picture) => {
      if (picture !== null) onSelect(new Set([nameText(picture)]));
      onDelete();
    },
    scrollTo: (index) => {
      const row = rows.findIndex(
        (one) => one.kind === 'pictures' && index >= one.first && index < one.first + one.items.length,
      );
      virtual.scrollToIndex(Math.max(0, row));
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
      );
    },
  });
  const now = new Date();
  return (
    <div
      ref={frame}
      className={css.grid}
      role="grid"
      aria-label="Pictures"
      aria-rowcount={rows.length}
      aria-multiselectable
      onKeyDown={onKeyDown}
      style={{ height: virtual.getTotalSize() }}
    >
      {shown.map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        const style = { transform: `translateY(${start - virtual.options.scrollMargin}px)` };
        if (row.kind === 'day')
          return (
            <div key={`day${row.day}`} role="row" aria-rowindex={index + 1} className={css.day} style={style}>
              <div role="gridcell">
                <h2>{dayText(row.day, now)}</h2>
              </div>
            </div>
          );
        return (
          <div
            key={row.first}
            role="row"
            aria-rowindex={index + 1}
            className={css.row}
            style={{ ...style, height: tile, gridTemplateColumns: `repeat(${columns}, 1fr)` }}
          >
            {row.items.map((picture, column) => (
              <Tile
                key={nameText(picture)}
                picture={picture}
                index={row.first + column}
                isCurrent={row.first + column === current}
                isSelected={selected.has(nameText(picture))}
                hasSelection={selected.size > 0}
                onSelect={() => onSelect(toggled(selected, nameText(picture)))}
                onCurrent={() => setCurrent(row.first + column)}
              />
            ))}
          </div>
        );
      })}
    </div>
  );
}

/** The part of the page that scrolls, once it is there. */
function useScroller(): HTMLElement | null {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  useEffect(() => setScroller(document.getElementById('main')), []);
  return scroller;
}
