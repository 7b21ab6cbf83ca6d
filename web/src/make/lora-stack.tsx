import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { type LoraFile, loraQuery, lorasQuery } from '../api/loras.ts';
import type { Model } from '../api/models.ts';
import { changeDraft, draftNow, newRow, replaceDraft, useDraft } from '../draft/draft.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { partnerOf, sideOf, stemOf } from './lora-pair.ts';
import css from './make.module.css';
import { withPreset } from './presets.ts';

const LoraCard = lazy(async () => ({ default: (await import('./lora-card.tsx')).LoraCard }));

/** The LoRAs of the request, and what can be added. */
export function LoraStack({ model, sides, most }: { model: Model; sides: boolean; most: number }) {
  const { loras: rows } = useDraft();
  const queries = useQueryClient();
  const { data: files = [] } = useQuery({ ...lorasQuery(model.id), placeholderData: keepPreviousData });
  const fitting = files.filter(({ fits }) => fits === true);
  const others = files.filter((file) => !fitting.includes(file));
  const add = (path: string) => {
    const known = (wanted: string) => files.find((file) => file.path === wanted);
    const { loras, trigger } = draftNow();
    const word = known(path)?.trigger_words[0] ?? '';
    const partner = sides
      ? partnerOf(
          path,
          files.map((file) => file.path),
        )
      : null;
    const own = newRow(path, known(path)?.sha256 ?? null, sides ? (sideOf(path) ?? 'high') : null);
    const other = partner === null ? null : newRow(partner, known(partner)?.sha256 ?? null, sideOf(partner));
    const added =
      other === null
        ? [own]
        : [
            { ...own, pair: other.key },
            { ...other, pair: own.key },
          ];
    changeDraft({
      loras: [...loras, ...added.slice(0, most - loras.length)],
      ...(trigger === '' ? { trigger: word } : {}),
    });
    void preferPreview(known(path)?.sha256 ?? null, queries);
  };
  return (
    <div className={css.group}>
      <div className={css.groupHead}>
        <h3>LoRAs</h3>
      </div>
      <Suspense>
        {rows.map((row, index) => (
          <LoraCard
            key={row.key}
            row={row}
            model={model}
            sides={sides}
            file={
              files.find(
                ({ path, sha256 }) => path === row.path || (sha256 !== null && sha256 === row.sha256),
              ) ?? null
            }
            isFirst={index === 0}
            isLast={index === rows.length - 1}
            isAlone={rows.length === 1}
          />
        ))}
      </Suspense>
      {rows.length < most && (
        <>
          <Select
            label="Add a LoRA"
            hideLabel
            search
            value={null}
            placeholder={rows.length === 0 ? 'Add a LoRA' : 'Add another'}
            onChange={add}
            groups={[
              { title: 'Fit this model', choices: fitting.map(choiceOf) },
              { title: 'Made for others', choices: others.map(choiceOf) },
            ].filter(({ choices }) => choices.length > 0)}
          />
          <ByAddress onAdd={add} />
        </>
      )}
    </div>
  );
}

/** Where its training says what its previews were rendered with, a form that nobody has touched takes that. */
async function preferPreview(sha256: string | null, queries: QueryClient): Promise<void> {
  if (sha256 === null) return;
  const { preview } = await queries.fetchQuery(loraQuery(sha256, null));
  const isUntouched = Object.keys(draftNow().values).length === 0;
  if (preview !== null && isUntouched)
    replaceDraft(
      (before) => withPreset(before, preview),
      'The settings are those of its training’s previews.',
    );
}

/** Files of one training may have one name: the path tells them apart. */
const choiceOf = ({ path, name, families }: LoraFile) => ({
  id: path,
  label: name,
  ...(stemOf(path) === name ? {} : { note: path }),
  aside: families.map(({ label }) => label).join(', '),
});

/** A LoRA that is not in the folder: by URL, of the hub, of the registry. */
function ByAddress({ onAdd }: { onAdd: (path: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [path, setPath] = useState('');
  if (!isOpen)
    return (
      <AriaButton className={css.chip ?? ''} onPress={() => setOpen(true)}>
        By URL, hf:… or registry name
      </AriaButton>
    );
  return (
    <div className={css.seedRow}>
      <TextField label="URL, hf:owner/repo/file, or name" value={path} onChange={setPath} />
      <Button
        isDisabled={path.trim() === ''}
        onPress={() => {
          onAdd(path.trim());
          setPath('');
          setOpen(false);
        }}
      >
        Add
      </Button>
    </div>
  );
}
