import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleStop, RotateCw } from 'lucide-react';
import { useEffect } from 'react';
import { modelsQuery } from '../api/models.ts';
import { requestQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { cancel, type RequestRow, requestsQuery, submitAgain } from '../api/requests.ts';
import { useMay } from '../api/session.ts';
import { lookAt } from '../live/follow.ts';
import { etaText, hasEnded, phaseText } from '../live/live-request.ts';
import { updateLive, useLive } from '../live/live-store.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Screen } from '../parts/screen.tsx';
import { toast } from '../parts/toast.tsx';
import { Thumbnail } from '../picture/picture.tsx';
import { Machine } from './machine.tsx';
import css from './queue.module.css';

/** What runs, what waits, what has ended, and what it runs on. */
export function QueueScreen() {
  const {
    data: rows = [],
    error,
    refetch,
    isSuccess,
  } = useQuery({ ...requestsQuery, refetchInterval: 15_000 });
  const running = rows.filter(({ status }) => status === 'in_progress');
  const waiting = rows.filter(({ status }) => status === 'in_queue').reverse();
  const ended = rows.filter((row) => hasEnded(row));
  return (
    <Screen title="Queue">
      {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      <Machine />
      {isSuccess && rows.length === 0 && (
        <Empty title="Nothing has been asked for yet">
          <Link to="/">Make a picture</Link>
        </Empty>
      )}
      <Section title="Running" rows={running} />
      <Section title="Waiting" rows={waiting} />
      <Section title="Ended" rows={ended} />
    </Screen>
  );
}

function Section({ title, rows }: { title: string; rows: readonly RequestRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section className={css.section}>
      <h2>
        {title} <span className={css.count}>{rows.length}</span>
      </h2>
      <ul className={css.rows}>
        {rows.map((row) =>
          hasEnded(row) ? (
            <EndedRow key={row.request_id} row={row} />
          ) : (
            <OpenRow key={row.request_id} row={row} />
          ),
        )}
      </ul>
    </section>
  );
}

function useModelLabel(id: string): string {
  const { data } = useQuery(modelsQuery);
  return data?.find((model) => model.id === id)?.label ?? id;
}

function OpenRow({ row }: { row: RequestRow }) {
  const live = useLive(row.request_id);
  const queries = useQueryClient();
  const label = useModelLabel(row.model);
  const mayCancel = useMay('write');
  useEffect(() => {
    if (live === null) void lookAt(row.request_id, queries).catch(() => {});
  }, [live, row.request_id, queries]);
  const preview = live === null ? undefined : Object.values(live.previews).at(-1);
  const eta = etaText(live?.progress?.eta_seconds ?? null);
  const stop = () => {
    updateLive(row.request_id, { stopping: true });
    cancel(row.request_id).catch((error: unknown) => {
      updateLive(row.request_id, { stopping: false });
      toast(toProblem(error).message, { look: 'bad' });
    });
  };
  return (
    <li className={css.row}>
      <span className={css.picture}>{preview && <img src={preview} alt="In the making" />}</span>
      <div className={css.text}>
        <p className={css.title}>{label}</p>
        <p className={css.note}>
          {live === null ? '…' : phaseText(live)}
          {eta !== null && ` · ${eta}`}
          {row.prompts > 1 && ` · ${live?.outputs.length ?? row.outputs} of ${row.prompts} pictures`}
        </p>
        {row.status === 'in_progress' && (
          <ProgressBar label={label} fraction={live?.progress?.fraction ?? 0} />
        )}
      </div>
      {mayCancel && (
        <Button look="quiet" isDisabled={live?.stopping === true} onPress={stop}>
          <CircleStop size={15} aria-hidden />
          Cancel
        </Button>
      )}
    </li>
  );
}

const words = { succeeded: 'Done', failed: 'Failed', canceled: 'Canceled' };

function EndedRow({ row }: { row: RequestRow }) {
  const label = useModelLabel(row.model);
  const { data } = useQuery({
    ...requestQuery(row.request_id),
    enabled: row.outputs > 0,
    staleTime: 300_000,
  });
  const mayRender = useMay('write');
  const picture = data?.outputs[0];
  const word =
    row.status === 'succeeded' || row.status === 'failed' || row.status === 'canceled'
      ? words[row.status]
      : '';
  const retry = () =>
    submitAgain(row.request_id).then(
      () => toast('Asked for again.'),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  return (
    <li className={css.row} data-failed={row.status === 'failed' || undefined}>
      <span className={css.picture}>
        {picture && (
          <Link
            to="/gallery/$request/$index"
            params={{ request: row.request_id, index: String(picture.index) }}
          >
            <Thumbnail picture={picture} />
          </Link>
        )}
      </span>
      <div className={css.text}>
        <p className={css.title}>{picture?.recipe?.prompt ?? label}</p>
        <p className={css.note}>
          {word} · {label} · {ago(row.finished_at)}
          {row.prompts > 1 && ` · ${row.outputs} of ${row.prompts} pictures`}
        </p>
        {row.error !== null && (
          <p className={css.error}>
            {row.error} <code>{row.error_code}</code>
          </p>
        )}
      </div>
      {mayRender && row.status !== 'succeeded' && (
        <Button look="quiet" onPress={() => void retry()}>
          <RotateCw size={15} aria-hidden />
          Again
        </Button>
      )}
    </li>
  );
}

const formatter = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

function ago(time: string | null): string {
  if (time === null) return '';
  const minutes = Math.round((Date.parse(time) - Date.now()) / 60_000);
  if (minutes > -60) return formatter.format(minutes, 'minute');
  return minutes > -60 * 24
    ? formatter.format(Math.round(minutes / 60), 'hour')
    : formatter.format(Math.round(minutes / 1440), 'day');
}
