import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { toProblem } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { DropAnywhere } from '../drop/drop-anywhere.tsx';
import { follow } from '../live/follow.ts';
import { Problem } from '../parts/problem.tsx';
import { Toasts } from '../parts/toast.tsx';
import { whenOpen } from '../parts/when-open.tsx';
import { Announcer } from './announcer.tsx';
import { commandMenuOpen } from './command-menu-store.ts';
import { helpOpen } from './help-store.ts';
import { BottomBar, Rail } from './rail.tsx';
import css from './shell.module.css';
import { useShellKeys } from './use-shell-keys.ts';

const CommandMenu = whenOpen(commandMenuOpen, async () => (await import('./command-menu.tsx')).CommandMenu);
const HelpDialog = whenOpen(helpOpen, async () => (await import('./help-dialog.tsx')).HelpDialog);

const SignIn = lazy(async () => ({ default: (await import('./sign-in.tsx')).SignIn }));

/** How often a server that does not answer is asked again. */
const askAgainMs = 5000;

/** What is around every screen. Without a session there is only the field for a key. */
export function Shell() {
  const session = useQuery({
    ...sessionQuery,
    refetchInterval: ({ state }) => (state.error === null ? false : askAgainMs),
  });
  if (session.isPending) return <div className={css.blank} />;
  // What is there stays while a server that was there is away.
  if (session.isError && session.data === undefined)
    return (
      <main className={css.blank}>
        <Problem problem={toProblem(session.error)} onRetry={() => void session.refetch()} />
      </main>
    );
  if (session.data !== null) return <Frame />;
  return (
    <Suspense>
      <SignIn />
    </Suspense>
  );
}

function Frame() {
  const queries = useQueryClient();
  useShellKeys();
  useEffect(() => {
    const ended = new AbortController();
    follow(queries, ended.signal);
    return () => ended.abort();
  }, [queries]);
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <Rail />
      <main id="main" className={css.main} tabIndex={-1}>
        <Outlet />
      </main>
      <BottomBar />
      <DropAnywhere />
      <CommandMenu />
      <HelpDialog />
      <Toasts />
      <Announcer />
    </div>
  );
}
