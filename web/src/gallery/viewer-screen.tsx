import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react';
import { type TouchEvent, useEffect, useRef, useState } from 'react';
import { isSame, type Picture, picturesQuery, requestQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { useAppearance } from '../appearance/appearance.ts';
import { IconButton } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { isTyping } from '../parts/is-typing.ts';
import { Problem } from '../parts/problem.tsx';
import { PictureActions } from '../picture/actions.tsx';
import { PictureFacts } from '../picture/facts.tsx';
import panel from '../picture/panel.module.css';
import { Full } from '../picture/picture.tsx';
import { usePictureActions } from '../picture/use-picture-actions.ts';
import css from './gallery.module.css';

const route = getRouteApi('/gallery/$request/$index');

/** One picture, with how it was made; arrows and swipes go to the next. */
export function ViewerScreen() {
  const { request, index } = route.useParams();
  const name = { request_id: request, index: Number(index) };
  const { data, error, refetch } = useQuery(requestQuery(request));
  const picture = data?.outputs.find((output) => output.index === name.index);
  const { previous, next, go, close } = useNeighbours(name);
  useViewerKeys(picture, { previous, next, go, close });
  const swipe = useSwipe((by) => go(by < 0 ? next : previous));
  return (
    <div className={css.viewer}>
      <h1 className={panel.srTitle}>Picture</h1>
      <section className={css.canvas} aria-label="Picture" {...swipe}>
        <div className={css.tools}>
          <IconButton label="Back to the gallery" shortcut="Esc" onPress={close}>
            <ArrowLeft size={18} aria-hidden />
          </IconButton>
          <span>
            <IconButton
              label="Newer"
              shortcut="←"
              isDisabled={previous === null}
              onPress={() => go(previous)}
            >
              <ChevronLeft size={18} aria-hidden />
            </IconButton>
            <IconButton label="Older" shortcut="→" isDisabled={next === null} onPress={() => go(next)}>
              <ChevronRight size={18} aria-hidden />
            </IconButton>
          </span>
        </div>
        {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
        {picture && <Full picture={picture} className={css.big} />}
        {data && !picture && <p>This picture is not there any more.</p>}
      </section>
      <aside className={css.side} aria-label="How it was made">
        {picture && (
          <div className={panel.panel}>
            <PictureActions picture={picture} onRemoved={() => (next === null ? close() : go(next))} />
            <PictureFacts picture={picture} />
            <Tags key={picture.tags.join()} picture={picture} />
            {data && data.warnings.length > 0 && (
              <ul className={panel.warnings} aria-label="Warnings">
                {data.warnings.map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            )}
          </div>
        )}
      </aside>
    </div>
  );
}

function Tags({ picture }: { picture: Picture }) {
  const { setTags } = usePictureActions();
  const mayWrite = useMay('write');
  const [text, setText] = useState(picture.tags.join(', '));
  if (!mayWrite) return picture.tags.length === 0 ? null : <p>{picture.tags.join(', ')}</p>;
  return (
    <TextField
      label="Tags"
      placeholder="keep, for the book"
      value={text}
      onChange={setText}
      onBlur={() => {
        const tags = text
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== '');
        if (tags.join() !== picture.tags.join()) void setTags(picture, tags);
      }}
    />
  );
}

type Neighbour = { request_id: string; index: number } | null;

function useNeighbours(name: { request_id: string; index: number }) {
  const navigate = useNavigate();
  const pages = useInfiniteQuery(picturesQuery({}));
  const all = pages.data?.pages.flatMap(({ outputs }) => outputs) ?? [];
  const at = all.findIndex((picture) => isSame(picture, name));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (at >= all.length - 3 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [at, all.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    previous: at > 0 ? (all[at - 1] ?? null) : null,
    next: at < 0 ? null : (all[at + 1] ?? null),
    go: (to: Neighbour) => {
      if (to === null) return;
      const params = { request: to.request_id, index: String(to.index) };
      void navigate({ to: '/gallery/$request/$index', params, replace: true });
    },
    close: () => void navigate({ to: '/gallery' }),
  };
}

function useViewerKeys(
  picture: Picture | undefined,
  { previous, next, go, close }: ReturnType<typeof useNeighbours>,
): void {
  const { setFavourite, use, compare, download } = usePictureActions();
  const mayWrite = useMay('write');
  const { singleKeys } = useAppearance();
  const onKey = (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') close();
    if (event.key === 'ArrowLeft') go(previous);
    if (event.key === 'ArrowRight') go(next);
    if (picture === undefined || !singleKeys) return;
    if (event.key === 'c') compare(picture);
    if (event.key === 'd') download(picture);
    if (mayWrite && event.key === 'f') void setFavourite(picture, !picture.favourite);
    if (mayWrite && event.key === 'r') use(picture, 'all');
  };
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => latest.current(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

const shortestSwipe = 60;

function useSwipe(onSwipe: (by: number) => void) {
  const from = useRef<number | null>(null);
  return {
    onTouchStart: ({ touches }: TouchEvent) => {
      from.current = touches.length === 1 ? (touches[0]?.clientX ?? null) : null;
    },
    onTouchEnd: ({ changedTouches }: TouchEvent) => {
      const by = (changedTouches[0]?.clientX ?? 0) - (from.current ?? 0);
      if (from.current !== null && Math.abs(by) > shortestSwipe) onSwipe(by);
      from.current = null;
    },
  };
}
