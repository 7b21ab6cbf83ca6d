import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeftRight, Grid3x3 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Picture, type PictureName, recentQuery, requestQuery } from '../api/outputs.ts';
import { useMay } from '../api/session.ts';
import { buttonClass, IconButton } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { isTyping } from '../parts/is-typing.ts';
import { Empty } from '../parts/problem.tsx';
import { Screen } from '../parts/screen.tsx';
import { Thumbnail } from '../picture/picture.tsx';
import { nameText, parseName } from '../picture/use-picture-actions.ts';
import { SheetList } from '../sheets/sheet-list.tsx';
import css from './compare.module.css';
import { DifferenceView } from './difference-view.tsx';
import { differingFields } from './differing-fields.ts';
import { FlipView } from './flip-view.tsx';
import { SideBySide } from './side-by-side.tsx';
import { SliderView } from './slider-view.tsx';

const route = getRouteApi('/compare');
const modes = [
  { value: 'slider', label: 'Slider' },
  { value: 'side', label: 'Side by side' },
  { value: 'flip', label: 'Flip' },
  { value: 'difference', label: 'Difference' },
] as const;
type Mode = (typeof modes)[number]['value'];

/** Two pictures over each other, and the settings in which they differ. */
export function CompareScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const a = usePicture(parseName(search.a));
  const b = usePicture(parseName(search.b));
  const mode: Mode = modes.find(({ value }) => value === search.mode)?.value ?? 'slider';
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  useModeKeys((next) => change({ mode: next }));
  return (
    <Screen
      wide
      title="Compare"
      actions={a && b ? <BackToSheet id={search.sheet} /> : <NewSheetLink />}
      bar={
        a && b ? (
          <>
            <Segments
              label="How"
              hideLabel
              value={mode}
              options={modes}
              onChange={(next) => change({ mode: next })}
            />
            <IconButton label="Swap" onPress={() => change({ a: search.b, b: search.a })}>
              <ArrowLeftRight size={16} aria-hidden />
            </IconButton>
          </>
        ) : undefined
      }
    >
      {a && b ? (
        <>
          <div className={css.stage}>
            {mode === 'slider' && <SliderView a={a} b={b} />}
            {mode === 'side' && <SideBySide a={a} b={b} />}
            {mode === 'flip' && <FlipView a={a} b={b} />}
            {mode === 'difference' && <DifferenceView a={a} b={b} />}
          </div>
          <Differing a={a} b={b} />
        </>
      ) : (
        <Choose
          a={a}
          chosen={search.a}
          onChoose={(name) => change(search.a === undefined ? { a: name } : { b: name })}
          onClear={() => change({ a: undefined, b: undefined })}
        />
      )}
    </Screen>
  );
}

function usePicture(name: PictureName | null): Picture | null {
  const { data } = useQuery({ ...requestQuery(name?.request_id ?? ''), enabled: name !== null });
  return data?.outputs.find(({ index }) => index === name?.index) ?? null;
}

function useModeKeys(choose: (mode: Mode) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey) return;
      const mode = modes[Number(event.key) - 1];
      if (mode !== undefined) choose(mode.value);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [choose]);
}

function BackToSheet({ id }: { id: string | undefined }) {
  return id === undefined ? null : (
    <Link to="/compare/$id" params={{ id }} className={buttonClass()}>
      <Grid3x3 size={15} aria-hidden />
      The contact sheet
    </Link>
  );
}

function NewSheetLink() {
  const mayRender = useMay('write');
  return mayRender ? (
    <Link to="/compare/new" className={buttonClass('primary')}>
      <Grid3x3 size={15} aria-hidden />
      New contact sheet
    </Link>
  ) : null;
}

interface ChooseProps {
  a: Picture | null;
  chosen: string | undefined;
  onChoose: (name: string) => void;
  onClear: () => void;
}

/** Until there are two, the sheets that there are, and the newest pictures to choose from. */
function Choose({ a, chosen, onChoose, onClear }: ChooseProps) {
  const { data: pictures = [], isSuccess } = useQuery(recentQuery);
  if (isSuccess && pictures.length < 2)
    return (
      <>
        <SheetList />
        <Empty title="Nothing to compare yet">
          <p>Make two pictures and take them from the gallery, or compare the epochs of a training.</p>
          <Link to="/">Make a picture</Link>
        </Empty>
      </>
    );
  return (
    <>
      {chosen === undefined && <SheetList />}
      <p className={css.note}>
        {chosen === undefined ? 'Take two pictures: press the first.' : 'Now press the second.'}
        {a !== null && (
          <button type="button" className={css.clear} onClick={onClear}>
            Begin again
          </button>
        )}
      </p>
      <ul className={css.choose}>
        {pictures.map((picture) => (
          <li key={nameText(picture)}>
            <button
              type="button"
              aria-pressed={chosen === nameText(picture)}
              disabled={chosen === nameText(picture)}
              onClick={() => onChoose(nameText(picture))}
            >
              <Thumbnail picture={picture} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Differing({ a, b }: { a: Picture; b: Picture }) {
  const [showAll, setShowAll] = useState(false);
  const rows = differingFields(a, b).filter(({ differs }) => showAll || differs);
  return (
    <section className={css.differing}>
      <h2>{rows.some(({ differs }) => differs) ? 'What differs' : 'Their settings are the same'}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, left, right, differs }) => (
            <tr key={name} data-differs={differs || undefined}>
              <th scope="row">{name}</th>
              <td>{left}</td>
              <td>{right}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className={css.clear} onClick={() => setShowAll(!showAll)}>
        {showAll ? 'Only what differs' : 'All fields'}
      </button>
    </section>
  );
}
