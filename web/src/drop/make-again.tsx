import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { type ApiProblem, toProblem } from '../api/problem.ts';
import { type Replay, replayQuery, startReplay } from '../api/replays.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import css from './make-again.module.css';

/** Renders a dropped picture again, and says how near that comes. */
export function MakeAgain({ file }: { file: File }) {
  const mayWrite = useMay('write');
  const [started, setStarted] = useState<Replay | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const start = (): void => {
    setProblem(null);
    startReplay(file).then(setStarted, (error: unknown) => setProblem(toProblem(error)));
  };
  if (!mayWrite) return null;
  return (
    <div className={css.again}>
      {started === null ? (
        <Button look="quiet" onPress={start}>
          <RefreshCw size={15} aria-hidden />
          Make it again
        </Button>
      ) : (
        <Standing id={started.replay_id} first={started} />
      )}
      {problem !== null && <Problem problem={problem} onRetry={start} />}
    </div>
  );
}

function Standing({ id, first }: { id: string; first: Replay }) {
  const { data: replay = first } = useQuery(replayQuery(id));
  const { verdict, sentence, progress, differences, missing, error } = replay;
  if (error !== null) return <p role="alert">{error}</p>;
  if (verdict === null)
    return (
      <ProgressBar
        label="Making it again"
        fraction={progress?.fraction ?? 0}
        waits={progress === null || progress.fraction === 0}
      />
    );
  return (
    <div className={css.verdict} data-verdict={verdict} role="status">
      <p>{sentence}</p>
      {differences.length > 0 && (
        <ul>
          {differences.map(({ field, before, after }) => (
            <li key={field}>
              {field}: {before ?? 'none'} then, {after ?? 'none'} now
            </li>
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <ul>
          {missing.map(({ what, how }) => (
            <li key={what}>{how}</li>
          ))}
        </ul>
      )}
      {replay.request_id !== null && verdict !== 'cannot' && (
        <a href={`/gallery/${replay.request_id}/0`}>See the new one</a>
      )}
    </div>
  );
}
