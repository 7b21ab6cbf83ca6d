import { useNavigate } from '@tanstack/react-router';
import { pages } from './pages.ts';

/** Go to a page of the rail by its path. */
export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => {
    const page = pages.find((known) => known.to === to);
    if (page !== undefined) void navigate({ to: page.to });
  };
}
