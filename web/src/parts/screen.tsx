import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import css from './screen.module.css';

interface Props {
  title: ReactNode;
  /** At the right of the title. */
  actions?: ReactNode;
  /** Below the title: tabs, filters. */
  bar?: ReactNode;
  /** Without a limit to its width. */
  wide?: boolean;
  children: ReactNode;
}

/** A screen with a title, which stays in sight. */
export function Screen({ title, actions, bar, wide = false, children }: Props) {
  return (
    <div className={css.screen}>
      <header className={css.head}>
        <h1 className={css.title}>{title}</h1>
        <div className={css.actions}>{actions}</div>
      </header>
      {bar && <div className={css.bar}>{bar}</div>}
      <div className={classes(css.body, !wide && css.narrow)}>{children}</div>
    </div>
  );
}

/** Rows of a name and what is said of it. */
export function FactList({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) =>
        value === null || value === undefined || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
