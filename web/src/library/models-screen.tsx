import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { modelsQuery } from '../api/models.ts';
import { toProblem } from '../api/problem.ts';
import { Empty, Problem } from '../parts/problem.tsx';
import { Screen } from '../parts/screen.tsx';
import css from './library.module.css';
import { LibraryTabs } from './library-tabs.tsx';
import { stateText } from './model-state.ts';

/** Every model that the server can render with, and what it lacks for it. */
export function ModelsScreen() {
  const { data: models = [], error, refetch, isSuccess } = useQuery(modelsQuery);
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/);
  const shown = models.filter(({ id, label, description }) =>
    words.every((word) => `${id} ${label} ${description}`.toLowerCase().includes(word)),
  );
  return (
    <Screen
      title="Library"
      bar={
        <>
          <LibraryTabs />
          <input
            type="search"
            data-search
            className={css.search}
            aria-label="Search models"
            placeholder="Search"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </>
      }
    >
      {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isSuccess && shown.length === 0 && <Empty title="Nothing fits" />}
      <ul className={css.rows}>
        {shown.map((model) => (
          <li key={model.id}>
            <Link to="/library/models/$id" params={{ id: model.id }} className={css.row}>
              <span>
                <span className={css.name}>{model.label}</span>
                <span className={css.facts}>{model.description}</span>
              </span>
              <span className={css.aside}>{stateText(model)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
