import { Link } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import type { Training } from '../api/trainings.ts';
import { buttonClass } from '../parts/button.tsx';
import { Empty } from '../parts/problem.tsx';
import css from './training.module.css';
import { sampleSrc } from './training-text.ts';

/** Each epoch, with what it looks like and a way into the form. */
export function EpochTable({ training }: { training: Training }) {
  const mayRender = useMay('write');
  if (training.epochs.length === 0) return <Empty title="No epochs yet" />;
  return (
    <ul className={css.list}>
      {training.epochs.toReversed().map((epoch) => (
        <li key={epoch.number} className={css.row}>
          <span className={css.thumb}>
            {epoch.samples[0] && (
              <img src={sampleSrc(epoch.samples[0].url)} alt={epoch.samples[0].prompt} loading="lazy" />
            )}
          </span>
          <span className={css.text}>
            <strong>Step {epoch.step}</strong>
            <span className={css.note}>
              {epoch.loss === null ? '' : `loss ${epoch.loss.toFixed(4)} · `}
              {epoch.lora}
            </span>
          </span>
          {mayRender && (
            <Link to="/" search={{ lora: epoch.lora, model: training.base }} className={buttonClass()}>
              Use
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
