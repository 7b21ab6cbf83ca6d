import { useEffect } from 'react';
import { useAppearance } from '../appearance/appearance.ts';
import { isTyping } from '../parts/is-typing.ts';
import { openCommandMenu } from './command-menu-store.ts';
import { openHelp } from './help-store.ts';
import { pages } from './pages.ts';
import { useGo } from './use-go.ts';

/** How long the second key of a pair may take. */
const pairMs = 1200;

/** Keys that work on every screen. Single ones can be turned off in Settings, and never act while one types. */
export function useShellKeys(): void {
  const go = useGo();
  const { singleKeys } = useAppearance();
  useEffect(() => {
    let awaitsPage = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openCommandMenu();
        return;
      }
      if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (Date.now() - awaitsPage < pairMs) {
        awaitsPage = 0;
        const page = pages.find(({ key }) => key === event.key);
        if (page !== undefined) go(page.to);
        return;
      }
      if (event.key === 'g') awaitsPage = Date.now();
      if (event.key === '?') openHelp();
      if (event.key === '/') {
        const field = document.querySelector<HTMLElement>('[data-search], [data-prompt]');
        if (field === null) return;
        event.preventDefault();
        field.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [go, singleKeys]);
}
