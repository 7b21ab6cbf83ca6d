import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { modelsQuery } from '../api/models.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { type Training, trainingsQuery } from '../api/trainings.ts';
import { buttonClass } from '../parts/button.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Screen } from '../parts/screen.tsx';
import css from './training.module.css';
import { sampleSrc, statusText } from './training-text.ts';

/** Every training, newest first. */
export function TrainingsScreen() {
  const {
    data: trainings = [],
    error,
    refetch,
    isSuccess,
  } = useQuery({ ...trainingsQuery, refetchInterval: 10_000 });
  const mayWrite = useMay('write');
  return (
    <Screen
      title="Training"
      actions={
        mayWrite && (
          <Link to="/training/new" className={buttonClass('primary')}>
            <Plus size={15} aria-hidden />
            New training
          </Link>
        )
      }
    >
      {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isSuccess && trainings.length === 0 && (
        <Empty title="No trainings yet">
          <p>
            Start one with pictures of yours, here or by{' '}
            <code>darkroom train pictures.zip --base … --trigger my_style</code>
          </p>
          <p>It shows here while it runs: its loss, its samples, and each epoch to render with.</p>
        </Empty>
      )}
      <ul className={css.list}>
        {trainings.map((training) => (
          <li key={training.training_id}>
            <Row training={training} />
          </li>
        ))}
      </ul>
    </Screen>
  );
}

function Row({ training }: { training: Training }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const base = models.find(({ id }) => id === training.base)?.label ?? training.base;
  const sample = training.epochs.findLast(({ samples }) => samples.length > 0)?.samples[0];
  return (
    <Link to="/training/$id" params={{ id: training.training_id }} className={css.row}>
      <span className={css.thumb}>
        {sample && <img src={sampleSrc(sample.url)} alt={sample.prompt} loading="lazy" />}
      </span>
      <span className={css.text}>
        <strong>{training.name}</strong>
        <span className={css.note}>
          {base} · {training.pictures} pictures · {training.epochs.length} epochs
        </span>
      </span>
      <span className={css.state}>
        {statusText(training)}
        {training.progress !== null && (
          <ProgressBar label={training.name} fraction={training.progress.fraction} />
        )}
      </span>
    </Link>
  );
}
