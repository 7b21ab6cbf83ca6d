import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { type LoraFile, lorasQuery } from '../api/loras.ts';
import { toProblem } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { dropFile } from '../drop/drop-file.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { Screen } from '../parts/screen.tsx';
import css from './library.module.css';
import { LibraryTabs } from './library-tabs.tsx';

/** Every LoRA file that the server has. */
export function LorasScreen() {
  const { data: files = [], error, refetch, isSuccess } = useQuery(lorasQuery());
  const { data: session } = useQuery(sessionQuery);
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/);
  const shown = files.filter((file) => words.every((word) => searched(file).includes(word)));
  return (
    <Screen
      title="Library"
      actions={
        session?.may_upload && (
          <FileTrigger
            acceptedFileTypes={['.safetensors']}
            allowsMultiple
            onSelect={(chosen) => [...(chosen ?? [])].forEach((file) => void dropFile(file))}
          >
            <Button>
              <Upload size={15} aria-hidden />
              Upload
            </Button>
          </FileTrigger>
        )
      }
      bar={
        <>
          <LibraryTabs />
          {files.length > 0 && (
            <input
              type="search"
              data-search
              className={css.search}
              aria-label="Search LoRAs"
              placeholder="Search"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </>
      }
    >
      {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isSuccess && files.length === 0 && (
        <Empty title="No LoRAs yet">
          <p>
            Drop a .safetensors file anywhere on this page, or start the server with the folder that has them:{' '}
            <code>darkroom serve --loras that/folder</code>
          </p>
        </Empty>
      )}
      {isSuccess && files.length > 0 && shown.length === 0 && <Empty title="Nothing fits" />}
      <ul className={css.cards}>
        {shown.map((file) => (
          <li key={file.path}>
            <Card file={file} />
          </li>
        ))}
      </ul>
    </Screen>
  );
}

const searched = ({ name, path, families, trigger_words }: LoraFile): string =>
  [name, path, ...trigger_words, ...families.map(({ label }) => label)].join(' ').toLowerCase();

function Card({ file }: { file: LoraFile }) {
  const facts = [
    file.families.map(({ label }) => label).join(', ') || 'unknown family',
    file.ranks.length > 0 ? `rank ${file.ranks.join(', ')}` : null,
    file.step === null ? null : `step ${file.step}`,
  ].filter((fact) => fact !== null);
  const content = (
    <>
      <span className={css.name}>{file.name}</span>
      <span className={css.facts}>{facts.join(' · ')}</span>
      {file.trigger_words.length > 0 && (
        <span className={css.words}>
          {file.trigger_words.slice(0, 3).map((word) => (
            <span key={word} className={css.word}>
              {word}
            </span>
          ))}
        </span>
      )}
      {file.refused && <span className={css.refused}>{file.refused}</span>}
    </>
  );
  return file.sha256 === null ? (
    <div className={css.card}>{content}</div>
  ) : (
    <Link to="/library/loras/$sha" params={{ sha: file.sha256 }} className={css.card}>
      {content}
    </Link>
  );
}
