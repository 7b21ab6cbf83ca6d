import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import type { Recipe } from '../api/outputs.ts';
import { useDraft } from '../draft/draft.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { ForeignSettings } from '../recipe/foreign-parameters.ts';
import { differences, type RecallPart, recall, recallForeign } from '../recipe/recall.ts';
import { droppedPicture } from './drop-file.ts';
import css from './recall-dialog.module.css';

/** What a dropped picture would change in the form, before it does. */
export function RecallDialog() {
  const dropped = useSyncExternalStore(droppedPicture.subscribe, droppedPicture.get);
  if (dropped === null) return null;
  const { name, origin } = dropped;
  return origin.kind === 'ours' ? (
    <OwnRecipe name={name} recipe={origin.recipe} />
  ) : (
    <Foreign name={name} settings={origin.settings} />
  );
}

const close = (): void => droppedPicture.set(null);

function OwnRecipe({ name, recipe }: { name: string; recipe: Recipe }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const changes = differences(draft, recipe);
  const use = (part: RecallPart) => {
    recall(recipe, part);
    close();
    void navigate({ to: '/' });
  };
  return (
    <Dialog
      title={titleOf(changes.length)}
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
      <p className={css.name}>{name}</p>
      <p>{recipe.prompt}</p>
      <Changes lines={changes} />
      {recipe.control_images.length > 0 && (
        <p className={css.name}>
          It was made from {recipe.control_images.length} control pictures, which the file does not hold: add
          them.
        </p>
      )}
    </Dialog>
  );
}

function Foreign({ name, settings }: { name: string; settings: ForeignSettings }) {
  const navigate = useNavigate();
  const use = () => {
    recallForeign(settings);
    close();
    void navigate({ to: '/' });
  };
  const lines = [
    ...(settings.seed === null ? [] : [`seed: ${settings.seed}`]),
    ...Object.entries(settings.values).map(([field, value]) => `${field}: ${value}`),
  ];
  return (
    <Dialog
      title="Made with another program"
      isOpen
      onClose={close}
      actions={
        <Button look="primary" onPress={use}>
          Use what is read
        </Button>
      }
    >
      <p className={css.name}>{name}</p>
      <p>{settings.prompt}</p>
      <Changes lines={lines} />
      {settings.ignored.length > 0 && <p className={css.name}>Not used: {settings.ignored.join(', ')}.</p>}
    </Dialog>
  );
}

function Changes({ lines }: { lines: readonly string[] }) {
  return (
    <ul className={css.changes}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function titleOf(changes: number): string {
  if (changes === 0) return 'The form has these settings already';
  return `Differs in ${changes} ${changes === 1 ? 'field' : 'fields'}`;
}
