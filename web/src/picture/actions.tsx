import { ChevronDown, Code, Columns2, Download, Heart, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Picture } from '../api/outputs.ts';
import { useMay } from '../api/session.ts';
import { useAppearance } from '../appearance/appearance.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { isTyping } from '../parts/is-typing.ts';
import popover from '../parts/popover.module.css';
import { bodyOfRecipe } from '../recipe/body-of-recipe.ts';
import type { RecallPart } from '../recipe/recall.ts';
import css from './panel.module.css';
import { usePictureActions } from './use-picture-actions.ts';

const SnippetDialog = lazy(async () => ({
  default: (await import('../snippet/snippet-dialog.tsx')).SnippetDialog,
}));

const parts: readonly { id: RecallPart; label: string }[] = [
  { id: 'all', label: 'All of it' },
  { id: 'all_but_seed', label: 'All but the seed' },
  { id: 'prompt', label: 'The prompt' },
  { id: 'loras', label: 'The LoRAs' },
];

/** `s` and Del, where nobody types. */
function useDialogKeys(onKey: (key: string) => void): void {
  const { singleKeys } = useAppearance();
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    if (!singleKeys) return;
    const listener = (event: KeyboardEvent) => {
      if (!isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey)
        latest.current(event.key);
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [singleKeys]);
}

/** What can be done with a picture, as buttons. What the key may not do is not there. */
export function PictureActions({ picture, onRemoved }: { picture: Picture; onRemoved?: () => void }) {
  const { setFavourite, use, compare, download, remove } = usePictureActions();
  const mayWrite = useMay('write');
  const [dialog, setDialog] = useState<'code' | 'delete' | null>(null);
  const close = () => setDialog(null);
  useDialogKeys((key) => {
    if (key === 's' && picture.recipe !== null) setDialog('code');
    if (key === 'Delete' && mayWrite) setDialog('delete');
  });
  return (
    <>
      {mayWrite && picture.recipe !== null && (
        <div className={css.use}>
          <Button onPress={() => use(picture, 'all')}>Use its settings</Button>
          <MenuTrigger>
            <IconButton look="plain" label="Use a part of it">
              <ChevronDown size={16} aria-hidden />
            </IconButton>
            <Popover className={popover.popover ?? ''}>
              <Menu
                className={popover.list ?? ''}
                onAction={(id) => {
                  const part = parts.find((known) => known.id === id);
                  if (part !== undefined) use(picture, part.id);
                }}
              >
                {parts.map(({ id, label }) => (
                  <MenuItem key={id} id={id} className={popover.item ?? ''}>
                    {label}
                  </MenuItem>
                ))}
              </Menu>
            </Popover>
          </MenuTrigger>
        </div>
      )}
      <div className={css.actions}>
        {mayWrite && (
          <IconButton
            label={picture.favourite ? 'No favourite any more' : 'Favourite'}
            shortcut="f"
            aria-pressed={picture.favourite}
            onPress={() => void setFavourite(picture, !picture.favourite)}
          >
            <Heart
              size={16}
              aria-hidden
              fill={picture.favourite ? 'var(--accent)' : 'none'}
              color={picture.favourite ? 'var(--accent)' : 'currentColor'}
            />
          </IconButton>
        )}
        <IconButton label="Compare" shortcut="c" onPress={() => compare(picture)}>
          <Columns2 size={16} aria-hidden />
        </IconButton>
        <IconButton label="Download" shortcut="d" onPress={() => download(picture)}>
          <Download size={16} aria-hidden />
        </IconButton>
        {picture.recipe !== null && (
          <IconButton label="The request as code" shortcut="s" onPress={() => setDialog('code')}>
            <Code size={16} aria-hidden />
          </IconButton>
        )}
        {mayWrite && (
          <IconButton label="Delete" shortcut="Del" onPress={() => setDialog('delete')}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      {dialog === 'code' && picture.recipe !== null && (
        <Suspense>
          <SnippetDialog body={bodyOfRecipe(picture.recipe)} onClose={close} />
        </Suspense>
      )}
      <Dialog
        title="Delete this picture?"
        isOpen={dialog === 'delete'}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>Keep it</Button>
            <Button
              look="danger"
              onPress={() => {
                close();
                void remove([picture]).then(() => onRemoved?.());
              }}
            >
              Delete
            </Button>
          </>
        }
      >
        <p>
          The file goes from the server, for everybody. Its settings can be kept: copy them as code first.
        </p>
      </Dialog>
    </>
  );
}
