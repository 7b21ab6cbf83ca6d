import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Eye, EyeOff, Headphones, Link2, Trash2 } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { type LoraFile, loraQuery } from '../api/loras.ts';
import type { Model } from '../api/models.ts';
import { changeDraft, changeRow, changeScale, draftNow, type LoraRow, useDraft } from '../draft/draft.ts';
import { IconButton } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { SliderField } from '../parts/number-field.tsx';
import { insertIntoPrompt } from './insert-into-prompt.ts';
import { stemOf } from './lora-pair.ts';
import css from './make.module.css';

interface LoraCardProps {
  row: LoraRow;
  model: Model;
  sides: boolean;
  file: LoraFile | null;
  isFirst: boolean;
  isLast: boolean;
  isAlone: boolean;
}

/** A row of the stack: its strength, whether it counts, and whether it fits the model. */
export function LoraCard({ row, model, sides, file, isFirst, isLast, isAlone }: LoraCardProps) {
  const { loras } = useDraft();
  const isSolo = !row.muted && !isAlone && loras.every(({ key, muted }) => key === row.key || muted);
  const name = file === null ? (row.path.split('/').at(-1) ?? row.path) : stemOf(row.path);
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
        onChange={(scale) => changeScale(row, scale)}
        minimum={-2}
        maximum={2}
        step={0.05}
        stops={[0, 0.5, 1]}
      />
      {row.pair !== null && (
        <AriaButton className={css.chip ?? ''} onPress={() => unpair(row)}>
          <Link2 size={12} aria-hidden /> Moves with the other side: part them
        </AriaButton>
      )}
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
  const { data } = useQuery({ ...loraQuery(file.sha256 ?? '', model.id), enabled: file.sha256 !== null });
  const words = file.trigger_words;
  const misfit = data?.fit?.problem ?? file.refused;
  const ignored = data?.fit?.ignored.length ?? 0;
  return (
    <>
      {misfit !== null && <p className={`${css.loraFacts} ${css.bad}`}>{misfit}</p>}
      {ignored > 0 && <p className={css.loraFacts}>{ignored} of its keys change nothing in this model.</p>}
      {words.length > 0 && (
        <div className={css.chips}>
          {words.map((word) => (
            <AriaButton
              key={word}
              className={css.chip ?? ''}
              aria-label={`Put ${word} into the prompt`}
              onPress={() => insertIntoPrompt(word)}
            >
              {word}
            </AriaButton>
          ))}
        </div>
      )}
    </>
  );
}

function unpair({ key, pair }: LoraRow): void {
  changeDraft({
    loras: draftNow().loras.map((row) =>
      row.key === key || row.key === pair ? { ...row, pair: null } : row,
    ),
  });
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
  const others = draftNow().loras.filter(({ key }) => key !== row.key);
  changeDraft({ loras: others.map((other) => (other.pair === row.key ? { ...other, pair: null } : other)) });
}
