import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import css from './progress-bar.module.css';

interface Props {
  label: string;
  /** 0 to 1. */
  fraction: number;
  /** Nothing has begun yet. */
  waits?: boolean;
}

export function ProgressBar({ label, fraction, waits = false }: Props) {
  return (
    <AriaProgressBar
      aria-label={label}
      value={fraction * 100}
      isIndeterminate={waits}
      className={css.bar ?? ''}
    >
      <div
        className={css.fill}
        data-waits={waits || undefined}
        style={{ transform: `scaleX(${waits ? 1 : fraction})` }}
      />
    </AriaProgressBar>
  );
}
