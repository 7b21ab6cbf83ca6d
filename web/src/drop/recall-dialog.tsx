import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useDraft } from '../draft/draft.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { differences, type RecallPart, recall } from '../recipe/recall.ts';
import { droppedRecipe } from './drop-file.ts';
import css from './recall-dialog.module.css';

/** What a dropped picture would change in the form, before it does. */
export function RecallDialog() {
  const dropped = useSyncExternalStore(droppedRecipe.subscribe, droppedRecipe.get);
  const draft = useDraft();
  const navigate = useNavigate();
  if (dropped === null) return null;
  const close = () => droppedRecipe.set(null);
  const changes = differences(draft, dropped.recipe);
  const use = (part: RecallPart) => {
    recall(dropped.recipe, part);
    close();
    void navigate({ to: '/' });
  };
  return (
    <Dialog
      title={
        changes.length === 0
          ? 'The form has these settings already'
          : `Differs in ${changes.length} ${changes.length === 1 ? 'field' : 'fields'}`
      }
      isOpen
      onClose={close}
      actions={
        <>
          <Button onPress={() => use('loras')}>LoRAs</Button>
          <Button onPress={() => use('prompt')}>Prompt</Button>
          <Button onPress={() => use('all_but_seed')}>All but the seed</Button>
          <Button look="primary" onPress={() => use('all')}>
            All
          </Button>
        </>
      }
    >
      <p className={css.name}>{dropped.name}</p>
      <p>{dropped.recipe.prompt}</p>
      <ul className={css.changes}>
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      {dropped.recipe.control_images.length > 0 && (
        <p className={css.name}>
          It was made from {dropped.recipe.control_images.length} control pictures, which the file does not
          hold: add them.
        </p>
      )}
    </Dialog>
  );
}
