import type { Sheet, SheetCell } from '../api/sheets.ts';
import css from './sheet.module.css';

/** Why cells have failed, once for all that did for one reason. */
export function Failures({ cells }: Pick<Sheet, 'cells'>) {
  const failed = cells.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return null;
  const reasons = new Map<string, SheetCell[]>();
  for (const cell of failed) {
    const text = cell.error ?? '';
    reasons.set(text, [...(reasons.get(text) ?? []), cell]);
  }
  return (
    <section className={css.failures}>
      <h2>Why cells failed</h2>
      <ul>
        {[...reasons].map(([text, alike]) => (
          <li key={text}>
            {text}{' '}
            <code>
              {alike[0]?.error_code}
              {alike.length > 1 && ` × ${alike.length}`}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}
