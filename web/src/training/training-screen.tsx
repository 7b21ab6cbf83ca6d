import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleStop, Grid3x3, Pause, Play, Save } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { orderTraining, type Training, type TrainingOrder, trainingQuery } from '../api/trainings.ts';
import { etaText } from '../live/live-request.ts';
import { Button, buttonClass } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Screen } from '../parts/screen.tsx';
import { toast } from '../parts/toast.tsx';
import { EpochTable } from './epoch-table.tsx';
import { SampleTable } from './sample-table.tsx';
import css from './training.module.css';
import { statusText } from './training-text.ts';
import { VerifyButton } from './verify-button.tsx';

const LossChart = lazy(() => import('./loss-chart.tsx'));
const DatasetGrid = lazy(() => import('./dataset-grid.tsx'));
const TrainingConfig = lazy(() => import('./training-config.tsx'));
const TrainingLog = lazy(() => import('./training-log.tsx'));
const route = getRouteApi('/training/$id');

const tabs = [
  { value: 'samples', label: 'Samples' },
  { value: 'loss', label: 'Loss' },
  { value: 'epochs', label: 'Epochs' },
  { value: 'dataset', label: 'Dataset' },
  { value: 'config', label: 'Config' },
  { value: 'log', label: 'Log' },
] as const;
type Tab = (typeof tabs)[number]['value'];

/** One training: what it makes, how its loss falls, and each epoch to render with. */
export function TrainingScreen() {
  const { id } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: training, error, refetch } = useQuery(trainingQuery(id));
  const shown: Tab = tabs.find(({ value }) => value === tab)?.value ?? 'samples';
  if (error !== null && training === undefined)
    return (
      <Screen title="Training">
        <Problem problem={toProblem(error)} onRetry={() => void refetch()} />
      </Screen>
    );
  if (training === undefined)
    return (
      <Screen title="Training">
        <span />
      </Screen>
    );
  return (
    <Screen
      wide
      title={training.name}
      actions={
        <>
          <CompareLink training={training} />
          <VerifyButton training={training} />
          <Orders training={training} />
        </>
      }
      bar={
        <Segments
          label="View"
          hideLabel
          value={shown}
          options={tabs}
          onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        />
      }
    >
      <Progress training={training} />
      {training.error !== null && (
        <p className={css.failed}>
          {training.error} <code>{training.error_code}</code>
        </p>
      )}
      {training.warnings.map((warning) => (
        <p key={warning} className={css.warning}>
          {warning}
        </p>
      ))}
      {shown === 'samples' && <SampleTable training={training} />}
      {shown === 'epochs' && <EpochTable training={training} />}
      <Suspense fallback={<span />}>
        {shown === 'loss' && <LossChart training={training} />}
        {shown === 'dataset' && <DatasetGrid training={training} />}
        {shown === 'config' && <TrainingConfig training={training} />}
        {shown === 'log' && <TrainingLog training={training} />}
      </Suspense>
    </Screen>
  );
}

/** Its epochs, as the axis of a contact sheet. */
function CompareLink({ training }: { training: Training }) {
  const mayRender = useMay('write');
  if (!mayRender || training.epochs.length === 0) return null;
  return (
    <Link to="/compare/new" search={{ training: training.training_id }} className={buttonClass()}>
      <Grid3x3 size={15} aria-hidden />
      Compare epochs
    </Link>
  );
}

function Progress({ training }: { training: Training }) {
  const eta = etaText(training.progress?.eta_seconds ?? null);
  return (
    <div className={css.progress}>
      {training.progress !== null && (
        <ProgressBar label={training.name} fraction={training.progress.fraction} />
      )}
      <p className={css.note}>
        {statusText(training)}
        {training.loss !== null && ` · loss ${training.loss.toFixed(4)}`}
        {training.seconds_per_step !== null && ` · ${training.seconds_per_step.toFixed(2)} s a step`}
        {eta !== null && ` · ${eta}`}
      </p>
    </div>
  );
}

function Orders({ training }: { training: Training }) {
  const mayWrite = useMay('write');
  const queries = useQueryClient();
  const { training_id: id, status } = training;
  const order = (what: TrainingOrder, said: string) =>
    orderTraining(id, what).then(
      async () => {
        toast(said);
        await queries.invalidateQueries({ queryKey: ['trainings'] });
      },
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  const isOpen = status === 'in_progress' || status === 'in_queue' || status === 'paused';
  if (!mayWrite || !isOpen) return null;
  return (
    <>
      {status === 'paused' ? (
        <Button onPress={() => void order('resume', 'It goes on.')}>
          <Play size={15} aria-hidden />
          Resume
        </Button>
      ) : (
        <Button onPress={() => void order('pause', 'It pauses after this step.')}>
          <Pause size={15} aria-hidden />
          Pause
        </Button>
      )}
      {status === 'in_progress' && (
        <Button onPress={() => void order('save', 'One more epoch is saved after this step.')}>
          <Save size={15} aria-hidden />
          Save now
        </Button>
      )}
      <Button look="danger" onPress={() => void order('cancel', 'It stops; its epochs are kept.')}>
        <CircleStop size={15} aria-hidden />
        Stop
      </Button>
    </>
  );
}
