import { ArrowLeftRight, ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react';
import type { Sheet } from '../api/sheets.ts';
import { IconButton } from '../parts/button.tsx';
import { Select } from '../parts/select.tsx';
import css from './sheet.module.css';
import {
  type Arrangement,
  freeAxes,
  moved,
  nextTile,
  type SheetAxis,
  type Side,
  sideOf,
  swapped,
} from './sheet-layout.ts';
import { axisWord } from './sheet-words.ts';

const sides: readonly { id: Side; label: string }[] = [
  { id: 'rows', label: 'Downwards' },
  { id: 'columns', label: 'Across' },
  { id: 'one', label: 'One at a time' },
];

interface BarProps {
  sheet: Sheet;
  arrangement: Arrangement;
  /** Longest side of a cell. */
  tile: number;
  onArrange: (next: Arrangement) => void;
  onZoom: (tile: number) => void;
}

/** Where each axis stands, and how large the cells are. */
export function ArrangementBar({ sheet, arrangement, tile, onArrange, onZoom }: BarProps) {
  const axes = freeAxes(sheet).filter(({ labels }) => labels.length > 1);
  return (
    <div className={css.arrangement}>
      {axes.map((axis) => (
        <div key={axis.id} className={css.axis}>
          <Select
            label={axisWord(axis)}
            value={sideOf(arrangement, axis.id)}
            onChange={(id) => {
              const side = sides.find((one) => one.id === id);
              if (side !== undefined) onArrange(moved(arrangement, axis.id, side.id));
            }}
            groups={[{ title: null, choices: sides }]}
          />
          {sideOf(arrangement, axis.id) === 'one' && (
            <ValueField axis={axis} arrangement={arrangement} onArrange={onArrange} />
          )}
        </div>
      ))}
      <div className={css.tools}>
        {axes.length > 1 && (
          <IconButton label="Swap rows and columns" onPress={() => onArrange(swapped(arrangement))}>
            <ArrowLeftRight size={16} aria-hidden />
          </IconButton>
        )}
        <IconButton label="Smaller" shortcut="−" onPress={() => onZoom(nextTile(tile, -1))}>
          <ZoomOut size={16} aria-hidden />
        </IconButton>
        <IconButton label="Larger" shortcut="+" onPress={() => onZoom(nextTile(tile, 1))}>
          <ZoomIn size={16} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

type ValueProps = Pick<BarProps, 'arrangement' | 'onArrange'> & { axis: SheetAxis };

/** At which value of an axis one looks. */
function ValueField({ axis, arrangement, onArrange }: ValueProps) {
  const at = arrangement.at.get(axis.id) ?? 0;
  const word = axisWord(axis);
  const go = (index: number) =>
    onArrange({ ...arrangement, at: new Map([...arrangement.at, [axis.id, index]]) });
  return (
    <>
      <IconButton label={`${word} before`} isDisabled={at === 0} onPress={() => go(at - 1)}>
        <ChevronLeft size={16} aria-hidden />
      </IconButton>
      <div className={css.value}>
        <Select
          label={`Which ${word.toLowerCase()}`}
          hideLabel
          value={String(at)}
          onChange={(index) => go(Number(index))}
          groups={[
            { title: null, choices: axis.labels.map((label, index) => ({ id: String(index), label })) },
          ]}
        />
      </div>
      <IconButton
        label={`${word} after`}
        isDisabled={at === axis.labels.length - 1}
        onPress={() => go(at + 1)}
      >
        <ChevronRight size={16} aria-hidden />
      </IconButton>
    </>
  );
}
