import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, Heart, Trash2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { modelsQuery } from '../api/models.ts';
import { type Picture, type PictureFilter, picturesQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { Screen } from '../parts/screen.tsx';
import { Select } from '../parts/select.tsx';
import { toast } from '../parts/toast.tsx';
import { nameText, usePictureActions } from '../picture/use-picture-actions.ts';
import { downloadZip } from './download-zip.ts';
import css from './gallery.module.css';
import { PictureGrid } from './picture-grid.tsx';

const route = getRouteApi('/gallery');

/** Every picture, by day. */
export function GalleryScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pages = useInfiniteQuery(picturesQuery(filterOf(search)));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asks, setAsks] = useState(false);
  const pictures = pages.data?.pages.flatMap(({ outputs }) => outputs) ?? [];
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  return (
    <Screen
      wide
      title="Gallery"
      actions={
        <SelectionActions
          pictures={pictures.filter((picture) => selected.has(nameText(picture)))}
          clear={() => setSelected(new Set())}
          asks={asks}
          setAsks={setAsks}
        />
      }
      bar={<Filters search={search} change={change} />}
    >
      {pages.isError && <Problem problem={toProblem(pages.error)} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && pictures.length === 0 && (
        <Empty title={isFiltered ? 'Nothing fits the filters' : 'Nothing yet'}>
          {isFiltered ? (
            <Button onPress={() => void navigate({ search: {} })}>Show all</Button>
          ) : (
            <Link to="/">Make a picture</Link>
          )}
        </Empty>
      )}
      {pictures.length > 0 && (
        <PictureGrid
          pictures={pictures}
          selected={selected}
          onSelect={setSelected}
          onDelete={() => setAsks(true)}
          onEnd={() => pages.hasNextPage && !pages.isFetchingNextPage && void pages.fetchNextPage()}
        />
      )}
    </Screen>
  );
}

type Search = ReturnType<typeof route.useSearch>;

function filterOf({ q, model, lora, favourite, tag, kind }: Search): PictureFilter {
  return {
    ...(q === undefined ? {} : { text: q }),
    ...(model === undefined ? {} : { model }),
    ...(lora === undefined ? {} : { lora }),
    ...(tag === undefined ? {} : { tag }),
    ...(favourite === true ? { favourite } : {}),
    ...(kind === 'image' || kind === 'video' ? { kind } : {}),
  };
}

const typingMs = 250;

function Filters({ search, change }: { search: Search; change: (next: Partial<Search>) => void }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => {
    if (text === (search.q ?? '')) return;
    const timer = setTimeout(() => change({ q: text === '' ? undefined : text }), typingMs);
    return () => clearTimeout(timer);
  }, [text, search.q, change]);
  return (
    <>
      <input
        type="search"
        data-search
        className={css.search}
        aria-label="Search prompts"
        placeholder="Search prompts"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={css.filter}>
        <Select
          label="Model"
          hideLabel
          search
          value={search.model ?? 'all'}
          onChange={(id) => change({ model: id === 'all' ? undefined : id })}
          groups={[
            {
              title: null,
              choices: [
                { id: 'all', label: 'All models' },
                ...models.map(({ id, label }) => ({ id, label })),
              ],
            },
          ]}
        />
      </div>
      <div className={css.filter}>
        <Select
          label="Kind"
          hideLabel
          value={search.kind ?? 'all'}
          onChange={(id) => change({ kind: id === 'all' ? undefined : id })}
          groups={[
            {
              title: null,
              choices: [
                { id: 'all', label: 'Pictures and videos' },
                { id: 'image', label: 'Pictures' },
                { id: 'video', label: 'Videos' },
              ],
            },
          ]}
        />
      </div>
      <Button
        aria-pressed={search.favourite === true}
        look={search.favourite ? 'plain' : 'quiet'}
        onPress={() => change({ favourite: search.favourite ? undefined : true })}
      >
        <Heart size={15} aria-hidden fill={search.favourite ? 'var(--accent)' : 'none'} />
        Favourites
      </Button>
      {[['lora', search.lora?.slice(0, 8)] as const, ['tag', search.tag] as const].map(
        ([name, value]) =>
          value !== undefined && (
            <Button key={name} look="plain" onPress={() => change({ [name]: undefined })}>
              {name === 'lora' ? `LoRA ${value}` : `#${value}`}
              <X size={14} aria-hidden />
            </Button>
          ),
      )}
    </>
  );
}

interface SelectionProps {
  pictures: readonly Picture[];
  clear: () => void;
  /** Whether it is asked if they are to be deleted. */
  asks: boolean;
  setAsks: (asks: boolean) => void;
}

function SelectionActions({ pictures, clear, asks, setAsks }: SelectionProps) {
  const { remove, compare } = usePictureActions();
  const mayWrite = useMay('write');
  const [first, second] = pictures;
  if (first === undefined) return null;
  return (
    <>
      <span className={css.count}>{pictures.length} selected</span>
      {pictures.length === 2 && <Button onPress={() => compare(first, second)}>Compare</Button>}
      <Button
        onPress={() =>
          void downloadZip(pictures).catch((error: unknown) =>
            toast(toProblem(error).message, { look: 'bad' }),
          )
        }
      >
        <Download size={15} aria-hidden />
        Zip
      </Button>
      {mayWrite && (
        <Button look="danger" onPress={() => setAsks(true)}>
          <Trash2 size={15} aria-hidden />
          Delete
        </Button>
      )}
      <IconButton label="Select none" shortcut="Esc" onPress={clear}>
        <X size={16} aria-hidden />
      </IconButton>
      <Dialog
        title={`Delete ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}?`}
        isOpen={asks}
        onClose={() => setAsks(false)}
        actions={
          <>
            <Button onPress={() => setAsks(false)}>Keep them</Button>
            <Button
              look="danger"
              onPress={() => {
                setAsks(false);
                clear();
                void remove(pictures);
              }}
            >
              Delete
            </Button>
          </>
        }
      >
        <p>The files go from the server, for everybody.</p>
      </Dialog>
    </>
  );
}
