import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toProblem } from '../api/problem.ts';
import { detailsQuery, type Training } from '../api/trainings.ts';
import { Segments } from '../parts/choice-field.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import css from './details.module.css';
import { sampleSrc } from './training-text.ts';

const views = [
  { value: 'all', label: 'All' },
  { value: 'bare', label: 'Without a caption' },
  { value: 'other', label: 'Without the trigger word' },
] as const;
type View = (typeof views)[number]['value'];

/** What it was trained on, with the captions. Pictures are loaded as they come into sight. */
export default function DatasetGrid({ training }: { training: Training }) {
  const { data, error, refetch } = useQuery(detailsQuery(training.training_id));
  const [view, setView] = useState<View>('all');
  if (error !== null) return <Problem problem={toProblem(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <span />;
  const word = training.trigger_word;
  const has = (caption: string): boolean =>
    word !== null && (caption.includes(word) || /\[(trigger|name)\]/.test(caption));
  const bare = data.dataset.filter(({ caption }) => caption === '');
  const other = data.dataset.filter(({ caption }) => caption !== '' && !has(caption));
  const shown = view === 'all' ? data.dataset : view === 'bare' ? bare : other;
  return (
    <>
      <div className={css.datasetBar}>
        <Segments label="Show" hideLabel value={view} options={views} onChange={setView} />
        <p className={css.note}>
          {data.dataset.length} pictures, {bare.length} without a caption
          {word !== null && `, ${other.length} captions without “${word}”, which stands before them`}.
          Pictures with the same pixels are trained once.
        </p>
      </div>
      {shown.length === 0 && <Empty title="None" />}
      <ul className={css.dataset}>
        {shown.map(({ index, name, caption, width, height, url }) => (
          <li key={index}>
            <img src={sampleSrc(url)} alt={caption === '' ? name : caption} loading="lazy" decoding="async" />
            <p className={css.caption}>{caption === '' ? <em>no caption</em> : caption}</p>
            <p className={css.note}>
              {name}
              {width !== null && `, ${width} × ${height}`}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
