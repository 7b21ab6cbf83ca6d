import { useNavigate } from '@tanstack/react-router';
import { pages } from './pages.ts';

/** Places besides the pages of the rail that commands go to. */
const more = [{ to: '/training/new' }, { to: '/compare/new' }, { to: '/library/models' }] as const;

/** Go to a page by its path. */
export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => {
    const page = [...pages, ...more].find((known) => known.to === to);
    if (page !== undefined) void navigate({ to: page.to });
  };
}
