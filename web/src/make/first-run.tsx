import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { recentQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { changeDraft, draftNow } from '../draft/draft.ts';
import { toast } from '../parts/toast.tsx';
import { readOrigin } from '../recipe/read-recipe.ts';
import { recall } from '../recipe/recall.ts';
import { examples } from './examples.ts';
import css from './stage.module.css';
import { showOnStage, useStage } from './stage-store.ts';
import { useChosenModel, useRender } from './use-render.ts';

/** Before there is anything to show: pictures that come with the page, one that is made at once, and where to go on. */
export function FirstRun() {
  const { data: pictures, isSuccess } = useQuery(recentQuery);
  const stage = useStage();
  const newest = pictures?.[0];
  useEffect(() => {
    if (stage === null && newest !== undefined) showOnStage({ kind: 'picture', name: newest });
  }, [stage, newest]);
  useFirstPicture(isSuccess && pictures.length === 0);
  if (!isSuccess || newest !== undefined) return <div className={css.stage} />;
  return (
    <div className={css.first}>
      <div className={css.firstInner}>
        <header className={css.firstHead}>
          <h2>Examples</h2>
          <p>
            Made by the small model that comes with Darkroom. Press one to put its settings into the form.
          </p>
        </header>
        <ul className={css.examples}>
          {examples.map((example) => (
            <li key={example.file}>
              <button type="button" className={css.example} onClick={() => void use(example.file)}>
                <figure>
                  <img src={example.file} alt={example.prompt} width={256} height={256} />
                  <figcaption>
                    {example.prompt}
                    <small>{example.note}</small>
                  </figcaption>
                </figure>
              </button>
            </li>
          ))}
        </ul>
        <nav className={css.next} aria-label="Where to go on">
          <Link to="/library">
            <strong>Use my LoRA</strong>
            Drop the file anywhere on this page, or put it into the LoRA folder.
          </Link>
          <Link to="/training">
            <strong>Train one</strong>
            Watch a training, and render with any of its epochs.
          </Link>
          <Link to="/library/models">
            <strong>Get a bigger model</strong>
            See what fits this machine, and what it needs.
          </Link>
        </nav>
      </div>
    </div>
  );
}

async function use(file: string): Promise<void> {
  try {
    const answer = await fetch(file);
    const origin = await readOrigin(await answer.blob());
    if (origin.kind === 'ours') recall(origin.recipe, 'all');
  } catch (error) {
    toast(toProblem(error).message, { look: 'bad' });
  }
}

const shownAs = 'darkroom.first-picture';

/**
 * One picture is made without being asked for, so that there is something to look at: once for a data folder without any, which only
 * who sees everybody's pictures can tell.
 */
function useFirstPicture(isEmpty: boolean): void {
  const mayRender = useMay('admin');
  const { model, form } = useChosenModel();
  const { send } = useRender();
  const isReady = model?.base_model_url === null && form !== undefined;
  useEffect(() => {
    if (!isEmpty || !mayRender || !isReady || sessionStorage.getItem(shownAs) !== null) return;
    if (draftNow().prompt.trim() !== '') return;
    sessionStorage.setItem(shownAs, 'sent');
    changeDraft({ prompt: examples[0]?.prompt ?? '' });
    send();
  }, [isEmpty, mayRender, isReady, send]);
}
