import { useSyncExternalStore } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import css from './help-dialog.module.css';
import { helpOpen as open } from './help-store.ts';
import { pages } from './pages.ts';

const shortcuts: readonly [string, string][] = [
  ['Ctrl Enter', 'Render'],
  ['Ctrl K', 'Commands'],
  ['Esc', 'Close, or cancel'],
  ['/', 'Search, or the prompt'],
  ['← → ↑ ↓', 'Move between pictures'],
  ['Enter', 'Open the picture'],
  ['f', 'Favourite'],
  ['x', 'Select'],
  ['r', 'Use its settings'],
  ['c', 'Compare'],
  ['d', 'Download'],
  ['Del', 'Delete'],
  ['s', 'The request as code'],
  ['1 2 3 4', 'Slider, side by side, flip, difference'],
  ['Space', 'Flip, while comparing'],
  ['+ −', 'Larger and smaller cells of a contact sheet'],
];

export function HelpDialog() {
  const isOpen = useSyncExternalStore(open.subscribe, open.get);
  return (
    <Dialog title="Keyboard shortcuts" isOpen={isOpen} onClose={() => open.set(false)}>
      <dl className={css.keys}>
        {shortcuts.map(([keys, what]) => (
          <div key={keys}>
            <dt>{what}</dt>
            <dd>{keys}</dd>
          </div>
        ))}
        {pages.map(({ key, label }) => (
          <div key={key}>
            <dt>Go to {label}</dt>
            <dd>g {key}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
