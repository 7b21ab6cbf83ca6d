import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { type LoraFile, lorasQuery } from '../api/loras.ts';
import type { Model } from '../api/models.ts';
import { changeDraft, draftNow, newRow, useDraft } from '../draft/draft.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import css from './make.module.css';

const LoraCard = lazy(async () => ({ default: (await import('./lora-card.tsx')).LoraCard }));

/** The LoRAs of the request, and what can be added. */
export function LoraStack({ model, sides, most }: { model: Model; sides: boolean; most: number }) {
  const { loras: rows } = useDraft();
  const { data: files = [] } = useQuery(lorasQuery);
  const fitting = files.filter(({ families }) => families.some(({ id }) => model.lora.families.includes(id)));
  const others = files.filter((file) => !fitting.includes(file));
  const add = (path: string) => {
    const file = files.find((known) => known.path === path);
    const { loras, trigger } = draftNow();
    const word = file?.trigger_words[0] ?? '';
    changeDraft({
      loras: [...loras, newRow(path, file?.sha256 ?? null, sides ? 'high' : null)],
      ...(trigger === '' ? { trigger: word } : {}),
    });
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

const choiceOf = ({ path, name, families }: LoraFile) => ({
  id: path,
  label: name,
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
