import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type LoraFile, lorasQuery } from '../api/loras.ts';
import type { Model } from '../api/models.ts';
import { partnerOf, sideOf, stemOf } from '../make/lora-pair.ts';
import { IconButton } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { NumberField } from '../parts/number-field.tsx';
import { Select } from '../parts/select.tsx';
import css from './builder.module.css';
import { changeSheetDraft, type SheetLora, sheetDraftNow, useSheetDraft } from './sheet-draft.ts';

/** More make a sheet that nobody looks at. */
const mostRows = 32;

/** LoRAs one after the other, or all of them in every picture. */
export function StackField({ model, sides, most }: { model: Model; sides: boolean; most: number }) {
  const { loras: rows, stack, training } = useSheetDraft();
  const { data: files = [] } = useQuery({ ...lorasQuery(model.id), placeholderData: keepPreviousData });
  const fitting = files.filter(({ fits }) => fits === true);
  const others = files.filter((file) => !fitting.includes(file));
  const areTogether = training !== null || stack === 'all';
  return (
    <div className={css.group}>
      <h3>{training === null ? 'LoRAs' : 'LoRAs beside the epochs'}</h3>
      {training === null && rows.length > 1 && (
        <Segments
          label="LoRAs are"
          hideLabel
          value={stack}
          onChange={(next) => changeSheetDraft({ stack: next })}
          options={[
            { value: 'each', label: 'One after the other' },
            { value: 'all', label: 'All in every picture' },
          ]}
        />
      )}
      {rows.map((row) => (
        <Row key={row.key} row={row} hasStrength={areTogether} />
      ))}
      {rows.length < (areTogether ? most : mostRows) && (
        <Select
          label="Add a LoRA"
          hideLabel
          search
          value={null}
          placeholder={rows.length === 0 ? 'Add a LoRA' : 'Add another'}
          onChange={(path) => add(path, files, sides)}
          groups={[
            { title: 'Fit this model', choices: fitting.map(choiceOf) },
            { title: 'Made for others', choices: others.map(choiceOf) },
          ].filter(({ choices }) => choices.length > 0)}
        />
      )}
    </div>
  );
}

function Row({ row, hasStrength }: { row: SheetLora; hasStrength: boolean }) {
  return (
    <div className={css.lora}>
      <span className={css.loraName} title={row.files.map(({ path }) => path).join('\n')}>
        {row.label}
      </span>
      {hasStrength && (
        <NumberField
          label={`Strength of ${row.label}`}
          hideLabel
          value={row.scale}
          minimum={-10}
          maximum={10}
          onChange={(scale) => change(row.key, { scale })}
        />
      )}
      <IconButton label={`Remove ${row.label}`} onPress={() => remove(row.key)}>
        <Trash2 size={15} aria-hidden />
      </IconButton>
    </div>
  );
}

/** Files of a pair go in together. */
function add(path: string, files: readonly LoraFile[], sides: boolean): void {
  const paths = files.map((file) => file.path);
  const partner = sides ? partnerOf(path, paths) : null;
  const row: SheetLora = {
    key: crypto.randomUUID(),
    label: stemOf(path),
    files: [path, ...(partner === null ? [] : [partner])].map((one) => ({
      path: one,
      side: sides ? (sideOf(one) ?? 'high') : null,
    })),
    trigger: files.find((file) => file.path === path)?.trigger_words[0] ?? '',
    scale: 1,
  };
  changeSheetDraft({ loras: [...sheetDraftNow().loras, row] });
}

const change = (key: string, next: Partial<SheetLora>): void =>
  changeSheetDraft({
    loras: sheetDraftNow().loras.map((row) => (row.key === key ? { ...row, ...next } : row)),
  });

const remove = (key: string): void =>
  changeSheetDraft({ loras: sheetDraftNow().loras.filter((row) => row.key !== key) });

const choiceOf = ({ path, name, families }: LoraFile) => ({
  ...{ id: path, label: name },
  ...(stemOf(path) === name ? {} : { note: path }),
  aside: families.map(({ label }) => label).join(', '),
});
