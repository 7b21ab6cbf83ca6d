import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { modelsQuery } from '../api/models.ts';
import { toProblem } from '../api/problem.ts';
import { type SheetSummary, sheetHasEnded, sheetsQuery } from '../api/sheets.ts';
import { Button } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import css from './sheet-list.module.css';
import { sheetTitle, standingText } from './sheet-words.ts';

/** Contact sheets, newest first; nothing where there are none. */
export function SheetList() {
  const pages = useInfiniteQuery(sheetsQuery);
  const sheets = pages.data?.pages.flatMap((page) => page.sheets) ?? [];
  if (pages.isError) return <Problem problem={toProblem(pages.error)} onRetry={() => void pages.refetch()} />;
  if (sheets.length === 0) return null;
  return (
    <section className={css.sheets}>
      <h2>Contact sheets</h2>
      <ul className={css.list}>
        {sheets.map((sheet) => (
          <li key={sheet.sheet_id}>
            <Row sheet={sheet} />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button isDisabled={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
          More
        </Button>
      )}
    </section>
  );
}

function Row({ sheet }: { sheet: SheetSummary }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const label = models.find(({ id }) => id === sheet.model)?.label ?? sheet.model;
  const { cells, in_queue: queued, in_progress: running } = sheet.counts;
  return (
    <Link to="/compare/$id" params={{ id: sheet.sheet_id }} className={css.row}>
      <span className={css.text}>
        <strong>{sheetTitle(sheet.axes)}</strong>
        <span className={css.note}>
          {label} · {new Date(sheet.created_at).toLocaleString()}
        </span>
      </span>
      <span className={css.state}>
        {standingText(sheet)}
        {!sheetHasEnded(sheet) && (
          <ProgressBar label="Rendering" fraction={(cells - queued - running) / cells} />
        )}
      </span>
    </Link>
  );
}
