import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useMay } from '../api/session.ts';
import { setAppearance, useAppearance } from '../appearance/appearance.ts';
import { emptyDraft, replaceDraft } from '../draft/draft.ts';
import popover from '../parts/popover.module.css';
import css from './command-menu.module.css';
import { commandMenuOpen as open } from './command-menu-store.ts';
import { openHelp } from './help-store.ts';
import { pages } from './pages.ts';
import { useGo } from './use-go.ts';

interface Command {
  id: string;
  label: string;
  keys?: string;
  run: () => void;
}

/** Everything that can be done from anywhere, by its name. */
export function CommandMenu() {
  const isOpen = useSyncExternalStore(open.subscribe, open.get);
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands = useCommands();
  return (
    <ModalOverlay className={css.overlay ?? ''} isOpen={isOpen} onOpenChange={open.set} isDismissable>
      <Modal className={css.modal ?? ''}>
        <Dialog aria-label="Commands" className={css.dialog ?? ''}>
          <Autocomplete filter={contains}>
            <SearchField aria-label="Search commands" autoFocus className={css.search ?? ''}>
              <Input placeholder="Go to, or do…" className={css.input ?? ''} />
            </SearchField>
            <Menu
              className={popover.list ?? ''}
              renderEmptyState={() => <p className={popover.none}>No such command.</p>}
              onAction={(id) => {
                open.set(false);
                commands.find((command) => command.id === id)?.run();
              }}
            >
              {commands.map(({ id, label, keys }) => (
                <MenuItem key={id} id={id} className={popover.item ?? ''} textValue={label}>
                  <span className={popover.main}>{label}</span>
                  {keys && <kbd className={popover.aside}>{keys}</kbd>}
                </MenuItem>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function clearForm(): void {
  replaceDraft(({ model }) => ({ ...emptyDraft, model }), 'The form is empty.');
}

function useCommands(): Command[] {
  const go = useGo();
  const { rail } = useAppearance();
  const mayWrite = useMay('write');
  const navigate = useNavigate();
  return [
    ...pages.map(({ to, label, key }) => ({
      id: to,
      label: `Go to ${label}`,
      keys: `g ${key}`,
      run: () => go(to),
    })),
    ...(mayWrite
      ? [
          { id: 'sheet', label: 'New contact sheet', run: () => go('/compare/new') },
          { id: 'train', label: 'Start a training', run: () => go('/training/new') },
          { id: 'clear', label: 'Clear the form', run: clearForm },
        ]
      : []),
    { id: 'models', label: 'All models', run: () => go('/library/models') },
    {
      id: 'favourites',
      label: 'Favourites',
      run: () => void navigate({ to: '/gallery', search: { favourite: true } }),
    },
    { id: 'dark', label: 'Theme: dark', run: () => setAppearance({ theme: 'dark' }) },
    { id: 'light', label: 'Theme: light', run: () => setAppearance({ theme: 'light' }) },
    { id: 'system', label: 'Theme: as the system', run: () => setAppearance({ theme: 'system' }) },
    {
      id: 'rail',
      label: rail === 'wide' ? 'Rail: icons only' : 'Rail: with names',
      run: () => setAppearance({ rail: rail === 'wide' ? 'narrow' : 'wide' }),
    },
    { id: 'help', label: 'Keyboard shortcuts', keys: '?', run: openHelp },
    { id: 'docs', label: 'Documentation of the API', run: () => location.assign('/docs') },
  ];
}
