import { useEffect, useRef, useState } from 'react';
import type { Training } from '../api/trainings.ts';
import { Empty } from '../parts/problem.tsx';
import css from './details.module.css';
import { type LogLine, logLine, trainingEventNames } from './log-line.ts';

/** The newest lines are kept; a training of a day tells of thousands of steps. */
const mostLines = 2000;

/** Everything that the training has told, from its first moment on, and what it tells now. */
export default function TrainingLog({ training }: { training: Training }) {
  const lines = useLog(training.training_id);
  const end = useRef<HTMLLIElement>(null);
  const { length } = lines;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new line.
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [length]);
  if (length === 0) return <Empty title="Nothing yet" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by its keys.
    <ol className={css.log} aria-label="Log" tabIndex={0}>
      {lines.map(({ id, at, text, look }) => (
        <li key={id} data-look={look}>
          <time dateTime={at}>{new Date(at).toLocaleTimeString()}</time>
          <span>{text}</span>
        </li>
      ))}
      <li ref={end} />
    </ol>
  );
}

function useLog(id: string): readonly LogLine[] {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  useEffect(() => {
    setLines([]);
    const source = new EventSource(`/v1/trainings/${id}/events`);
    for (const name of trainingEventNames)
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        const line = logLine(name, JSON.parse(data), lastEventId);
        if (line !== null) setLines((known) => [...known.slice(1 - mostLines), line]);
        if (name === 'ended') source.close();
      });
    return () => source.close();
  }, [id]);
  return lines;
}
