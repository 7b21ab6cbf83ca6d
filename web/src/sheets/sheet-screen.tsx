import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { modelsQuery } from '../api/models.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { resumeSheet, type Sheet, sheetHasEnded, sheetQuery } from '../api/sheets.ts';
import { Button, buttonClass } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Screen } from '../parts/screen.tsx';
import { toast } from '../parts/toast.tsx';
import { nameText } from '../picture/use-picture-actions.ts';
import { ArrangementBar } from './arrangement-bar.tsx';
import { Failures } from './failures.tsx';
import css from './sheet.module.css';
import { SheetActions } from './sheet-actions.tsx';
import {
  type Arrangement,
  arrangementText,
  combinations,
  placeText,
  readArrangement,
  usualTile,
} from './sheet-layout.ts';
import { SheetTable } from './sheet-table.tsx';
import { sheetTitle, standingText } from './sheet-words.ts';

const route = getRouteApi('/compare/$id');
const railWidth = 120;

/** One contact sheet: what is there of it, as it comes. */
export function SheetScreen() {
  const { id } = route.useParams();
  const { data: sheet, error, refetch } = useQuery(sheetQuery(id));
  if (sheet === undefined)
    return (
      <Screen title="Contact sheet">
        {error === null ? <span /> : <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      </Screen>
    );
  return <Shown sheet={sheet} />;
}

function Shown({ sheet }: { sheet: Sheet }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const arrangement = readArrangement(sheet, search);
  const columns = combinations(sheet.axes, arrangement.columns).length;
  const tile = search.tile ?? usualTile(columns, window.innerWidth - railWidth);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  const { first, choose, clear } = useChoice(sheet);
  const retry = useRetry(sheet.sheet_id);
  return (
    <Screen wide title={sheetTitle(sheet.axes)} actions={<SheetActions sheet={sheet} />}>
      <Standing sheet={sheet} />
      <ArrangementBar
        sheet={sheet}
        arrangement={arrangement}
        tile={tile}
        onArrange={(next: Arrangement) => change(arrangementText(next))}
        onZoom={(next) => change({ tile: next })}
      />
      <div className={css.choice} role="status">
        {first === null ? (
          <p className={css.note}>Press two cells to compare them.</p>
        ) : (
          <>
            <p>{placeText(sheet.axes, first.place) || 'This cell'}: press the other.</p>
            <Link
              to="/gallery/$request/$index"
              params={{ request: first.request_id, index: String(first.index) }}
              className={buttonClass('quiet')}
            >
              How it was made
            </Link>
            <Button look="quiet" onPress={clear}>
              Choose none
            </Button>
          </>
        )}
      </div>
      <SheetTable
        {...{ sheet, arrangement, tile }}
        chosen={first === null ? null : first.place.join()}
        onChoose={choose}
        onClear={clear}
        onZoom={(next) => change({ tile: next })}
        onRetry={retry}
      />
      <Failures cells={sheet.cells} />
    </Screen>
  );
}

/** The first of two cells; the second leads to where they are compared. */
function useChoice(sheet: Sheet) {
  const navigate = route.useNavigate();
  const [place, setPlace] = useState<string | null>(null);
  const first =
    sheet.cells.find((cell) => cell.status === 'succeeded' && cell.place.join() === place) ?? null;
  return {
    first,
    clear: () => setPlace(null),
    choose: (cell: Sheet['cells'][number]) => {
      const key = cell.place.join();
      if (first === null || key === place) return setPlace(key === place ? null : key);
      void navigate({
        to: '/compare',
        search: { a: nameText(first), b: nameText(cell), sheet: sheet.sheet_id },
      });
    },
  };
}

/** Renders what failed; null for who may not. */
function useRetry(id: string): (() => void) | null {
  const mayRender = useMay('write');
  const queries = useQueryClient();
  const resume = useMutation({
    mutationFn: () => resumeSheet(id),
    onSuccess: (sheet) => queries.setQueryData(sheetQuery(id).queryKey, sheet),
    onError: (error) => toast(toProblem(error).message, { look: 'bad' }),
  });
  return mayRender ? () => resume.mutate() : null;
}

function Standing({ sheet }: { sheet: Sheet }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const { cells, in_queue: queued, in_progress: running } = sheet.counts;
  const label = models.find(({ id }) => id === sheet.model)?.label ?? sheet.model;
  return (
    <div className={css.standing}>
      {!sheetHasEnded(sheet) && (
        <ProgressBar
          label="Rendering"
          fraction={(cells - queued - running) / cells}
          waits={queued === cells}
        />
      )}
      <p className={css.note}>
        {label} · {standingText(sheet, sheet.eta_seconds)}
        {sheet.reused_cells > 0 && ` · ${sheet.reused_cells} were there already`}
      </p>
      {sheet.warnings.map((warning) => (
        <p key={warning} className={css.warning}>
          {warning}
        </p>
      ))}
    </div>
  );
}
