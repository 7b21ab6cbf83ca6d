import { Play, RotateCw } from 'lucide-react';
import { thumbnailOf } from '../api/outputs.ts';
import type { SheetCell } from '../api/sheets.ts';
import { useLive } from '../live/live-store.ts';
import { classes } from '../parts/classes.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import css from './sheet.module.css';

export interface CellBox {
  width: number;
  height: number;
}

interface CellProps {
  /** Null where the sheet has none. */
  cell: SheetCell | null;
  /** What it is of. */
  label: string;
  box: CellBox;
  isChosen: boolean;
  /** The one in the order of tabs. */
  isCurrent: boolean;
  /** Its row and column, as the table finds it. */
  at: string;
  onFocus: () => void;
  onChoose: (cell: SheetCell) => void;
  onRetry: (() => void) | null;
}

/** A thumbnail is as wide as this, or twice. */
const smallThumbnail = 256;

/** The picture, or why there is none. */
export function SheetCellView(props: CellProps) {
  const { cell, label, box, isChosen, isCurrent, at, onFocus, onChoose, onRetry } = props;
  const shared = { 'data-at': at, tabIndex: isCurrent ? 0 : -1, style: box, onFocus };
  if (cell !== null && cell.status === 'succeeded')
    return (
      <button
        type="button"
        {...shared}
        className={css.cell}
        aria-pressed={isChosen}
        onClick={() => onChoose(cell)}
      >
        <img
          src={thumbnailOf(cell, Math.max(box.width, box.height) > smallThumbnail ? 512 : 256)}
          alt={label}
          width={cell.width ?? undefined}
          height={cell.height ?? undefined}
          loading="lazy"
          decoding="async"
          draggable={false}
        />
        {cell.kind === 'video' && (
          <Play className={css.play} size={14} fill="currentColor" aria-label="Video" />
        )}
      </button>
    );
  if (cell?.status === 'failed') {
    const text = (
      <>
        <strong>{cell.error_code}</strong>
        {onRetry !== null && (
          <span className={css.retry}>
            <RotateCw size={13} aria-hidden /> Retry
          </span>
        )}
      </>
    );
    const className = classes(css.cell, css.failed);
    return onRetry === null ? (
      <div {...shared} className={className} title={cell.error ?? undefined}>
        {text}
      </div>
    ) : (
      <button
        type="button"
        {...shared}
        className={className}
        title={cell.error ?? undefined}
        aria-label={`${label}: failed, ${cell.error_code}. Retry`}
        onClick={onRetry}
      >
        {text}
      </button>
    );
  }
  return (
    <div
      {...shared}
      className={classes(css.cell, css.missing)}
      role="img"
      aria-label={`${label}: ${wordOf(cell)}`}
    >
      <span aria-hidden>{wordOf(cell)}</span>
      {cell?.status === 'in_progress' && <Progress request={cell.request_id} />}
    </div>
  );
}

const words: Readonly<Record<SheetCell['status'], string>> = {
  in_queue: 'waiting',
  in_progress: 'rendering',
  succeeded: '',
  failed: 'failed',
  canceled: 'canceled',
  removed: 'gone',
};

const wordOf = (cell: SheetCell | null): string => (cell === null ? 'not made' : words[cell.status]);

function Progress({ request }: { request: string }) {
  const live = useLive(request);
  return (
    <span className={css.cellProgress}>
      <ProgressBar label="Rendering" fraction={live?.progress?.fraction ?? 0} />
    </span>
  );
}
