import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import type { Recipe } from '../api/outputs.ts';
import { controlsNow, setBeginning, setControl, useDraft } from '../draft/draft.ts';
import { asDataUrl } from '../draft/picture-data.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { toast } from '../parts/toast.tsx';
import type { ForeignSettings } from '../recipe/foreign-parameters.ts';
import { differences, type RecallPart, recall, recallForeign } from '../recipe/recall.ts';
import { droppedPicture } from './drop-file.ts';
import { MakeAgain } from './make-again.tsx';
import css from './recall-dialog.module.css';

/** What a dropped picture would change in the form, before it does. */
export function RecallDialog() {
  const dropped = useSyncExternalStore(droppedPicture.subscribe, droppedPicture.get);
  if (dropped === null) return null;
  const { file, origin } = dropped;
  if (origin === null) return <Plain file={file} />;
  return origin.kind === 'ours' ? (
    <OwnRecipe file={file} recipe={origin.recipe} />
  ) : (
    <Foreign file={file} settings={origin.settings} />
  );
}

/** The file itself in place of its settings: what the next picture is made from. */
function WorkFrom({ file }: { file: File }) {
  const navigate = useNavigate();
  const use = async (put: (picture: string) => void, said: string) => {
    put(await asDataUrl(file));
    close();
    toast(said);
    void navigate({ to: '/' });
  };
  return (
    <div className={css.workFrom}>
      <Button
        look="quiet"
        onPress={() =>
          void use(
            (picture) => setControl(firstFree(controlsNow()), picture),
            'It is a control picture of the form, for models that work from one.',
          )
        }
      >
        As a control picture
      </Button>
      <Button
        look="quiet"
        onPress={() =>
          void use(
            (image) => setBeginning({ image, mask: null }),
            'The form begins with it, on models that make another picture of one.',
          )
        }
      >
        As the picture to begin with
      </Button>
    </div>
  );
}

const firstFree = (controls: readonly (string | null)[]): number => {
  const free = controls.indexOf(null);
  return free < 0 ? controls.length : free;
};

function Plain({ file }: { file: File }) {
  return (
    <Dialog title="It does not say how it was made" isOpen onClose={close}>
      <p className={css.name}>{file.name}</p>
      <p>The picture holds no settings, or in a way that is not read. Another can be made from it:</p>
      <WorkFrom file={file} />
    </Dialog>
  );
}

const close = (): void => droppedPicture.set(null);

function OwnRecipe({ file, recipe }: { file: File; recipe: Recipe }) {
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
      <p className={css.name}>{file.name}</p>
      <p>{recipe.prompt}</p>
      <Changes lines={changes} />
      {recipe.control_images.length > 0 && (
        <p className={css.name}>
          It was made from {recipe.control_images.length} control pictures, which the file does not hold: add
          them.
        </p>
      )}
      <MakeAgain file={file} />
      {file.type.startsWith('image/') && <WorkFrom file={file} />}
    </Dialog>
  );
}

function Foreign({ file, settings }: { file: File; settings: ForeignSettings }) {
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
      <p className={css.name}>{file.name}</p>
      <p>{settings.prompt}</p>
      <Changes lines={lines} />
      {settings.ignored.length > 0 && <p className={css.name}>Not used: {settings.ignored.join(', ')}.</p>}
      <WorkFrom file={file} />
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
