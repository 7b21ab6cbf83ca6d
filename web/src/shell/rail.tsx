import { Link } from '@tanstack/react-router';
import { Ellipsis, WifiOff } from 'lucide-react';
import { useAppearance } from '../appearance/appearance.ts';
import { hasEnded } from '../live/live-request.ts';
import { useAllLive, useHearing } from '../live/live-store.ts';
import { classes } from '../parts/classes.ts';
import { openCommandMenu } from './command-menu-store.ts';
import { pages } from './pages.ts';
import css from './shell.module.css';

const exact = { exact: true };

function useOpenCount(): number {
  return useAllLive().filter((request) => !hasEnded(request)).length;
}

export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 1a9 9 0 0 1 0 18z" fill="var(--accent)" />
      <circle cx="10" cy="10" r="9" fill="none" stroke="var(--accent)" strokeWidth="2" />
    </svg>
  );
}

/** The pages, at the left from 768 pixels on. */
export function Rail() {
  const { rail } = useAppearance();
  const open = useOpenCount();
  const hearing = useHearing();
  const wide = rail === 'wide';
  const text = wide ? undefined : css.narrowText;
  return (
    <nav className={classes(css.rail, wide && css.wideRail)} aria-label="Pages">
      <div className={css.mark}>
        <Mark />
        <span className={text}>Darkroom</span>
      </div>
      {pages.map(({ to, label, key, icon: Icon }) => (
        <span key={to} className={css.railItem}>
          {to === '/settings' && <span className={css.spacer} />}
          <Link
            to={to}
            className={css.link}
            activeOptions={to === '/' ? exact : {}}
            title={`${label} (g ${key})`}
          >
            <span className={css.iconWrap}>
              <Icon size={16} aria-hidden />
              {to === '/queue' && open > 0 && !wide && <span className={css.dot} />}
            </span>
            <span className={text}>
              {label}
              {to === '/queue' && open > 0 && !wide && `, ${open} open`}
            </span>
            {to === '/queue' && open > 0 && wide && <span className={css.badge}>{open}</span>}
          </Link>
        </span>
      ))}
      {hearing !== 'live' && (
        <div className={css.hearing} role="status" title={hearingText[hearing]}>
          <WifiOff size={16} aria-hidden />
          <span className={text}>{hearingText[hearing]}</span>
        </div>
      )}
    </nav>
  );
}

const hearingText = {
  reconnecting: 'Reconnecting',
  polling: 'No live updates: looking every 5 s',
};

const inBar = pages.slice(0, 4);

/** The pages, at the bottom of a phone; the rest is in the menu of commands. */
export function BottomBar() {
  const open = useOpenCount();
  return (
    <nav className={css.bar} aria-label="Pages">
      {inBar.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={css.tab} activeOptions={to === '/' ? exact : {}}>
          <span className={css.iconWrap}>
            <Icon size={20} aria-hidden />
            {to === '/queue' && open > 0 && <span className={css.dot} />}
          </span>
          {label}
        </Link>
      ))}
      <button type="button" className={css.tab} onClick={openCommandMenu}>
        <Ellipsis size={20} aria-hidden />
        More
      </button>
    </nav>
  );
}
