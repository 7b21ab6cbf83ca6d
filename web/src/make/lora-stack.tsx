import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Eye, EyeOff, Headphones, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { type LoraFile, loraQuery, lorasQuery } from '../api/loras.ts';
import type { Model } from '../api/models.ts';
import { changeDraft, changeRow, draftNow, type LoraRow, newRow, useDraft } from '../draft/draft.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Segments, SliderField, TextField } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import css from './make.module.css';

/** The LoRAs of the request, and what can be added. */
export function LoraStack({ model, sides }: { model: Model; sides: boolean }) {
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
      {rows.map((row, index) => (
        <Row
          key={row.key}
          row={row}
          model={model}
          sides={sides}
          file={files.find(({ path, sha256 }) => path === row.path || sha256 === row.sha256) ?? null}
          isFirst={index === 0}
          isLast={index === rows.length - 1}
          isAlone={rows.length === 1}
        />
      ))}
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

interface RowProps {
  row: LoraRow;
  model: Model;
  sides: boolean;
  file: LoraFile | null;
  isFirst: boolean;
  isLast: boolean;
  isAlone: boolean;
}

function Row({ row, model, sides, file, isFirst, isLast, isAlone }: RowProps) {
  const { loras } = useDraft();
  const isSolo = !row.muted && !isAlone && loras.every(({ key, muted }) => key === row.key || muted);
  const name = file?.name ?? row.path.split('/').at(-1) ?? row.path;
  return (
    <div className={css.lora} data-muted={row.muted || undefined}>
      <div className={css.loraHead}>
        <span className={css.loraName} title={row.path}>
          {name}
        </span>
        <IconButton
          label={row.muted ? `Unmute ${name}` : `Mute ${name}`}
          onPress={() => changeRow(row.key, { muted: !row.muted })}
        >
          {row.muted ? <EyeOff size={15} aria-hidden /> : <Eye size={15} aria-hidden />}
        </IconButton>
        {!isAlone && (
          <>
            <IconButton
              label={isSolo ? 'All of them again' : `Only ${name}`}
              onPress={() => solo(row, isSolo)}
            >
              <Headphones size={15} aria-hidden color={isSolo ? 'var(--accent)' : 'currentColor'} />
            </IconButton>
            <IconButton label={`Move ${name} up`} isDisabled={isFirst} onPress={() => move(row, -1)}>
              <ArrowUp size={15} aria-hidden />
            </IconButton>
            <IconButton label={`Move ${name} down`} isDisabled={isLast} onPress={() => move(row, 1)}>
              <ArrowDown size={15} aria-hidden />
            </IconButton>
          </>
        )}
        <IconButton label={`Remove ${name}`} onPress={() => remove(row)}>
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </div>
      <SliderField
        label={`Strength of ${name}`}
        hideLabel
        value={row.scale}
        onChange={(scale) => changeRow(row.key, { scale })}
        minimum={-2}
        maximum={2}
        step={0.05}
        stops={[0, 0.5, 1]}
      />
      {sides && (
        <Segments
          label="Side"
          hideLabel
          value={row.side ?? 'high'}
          onChange={(side) => changeRow(row.key, { side })}
          options={[
            { value: 'high', label: 'High noise' },
            { value: 'low', label: 'Low noise' },
          ]}
        />
      )}
      {file !== null && <Facts file={file} model={model} />}
    </div>
  );
}

function Facts({ file, model }: { file: LoraFile; model: Model }) {
  const { data } = useQuery(loraQuery(file.sha256, model.id));
  const words = file.trigger_words;
  const misfit = data?.fit?.problem ?? null;
  return (
    <>
      {misfit !== null && <p className={`${css.loraFacts} ${css.bad}`}>{misfit}</p>}
      {words.length > 0 && (
        <div className={css.chips}>
          {words.map((word) => (
            <AriaButton key={word} className={css.chip ?? ''} onPress={() => changeDraft({ trigger: word })}>
              {word}
            </AriaButton>
          ))}
        </div>
      )}
    </>
  );
}

function solo(row: LoraRow, isSolo: boolean): void {
  changeDraft({
    loras: draftNow().loras.map((other) => ({ ...other, muted: isSolo ? false : other.key !== row.key })),
  });
}

function move(row: LoraRow, by: -1 | 1): void {
  const rows = draftNow().loras.filter(({ key }) => key !== row.key);
  const at = draftNow().loras.findIndex(({ key }) => key === row.key) + by;
  changeDraft({ loras: rows.toSpliced(at, 0, row) });
}

function remove(row: LoraRow): void {
  changeDraft({ loras: draftNow().loras.filter(({ key }) => key !== row.key) });
}
