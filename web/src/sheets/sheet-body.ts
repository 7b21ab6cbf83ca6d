/** From the builder to the sheet that is asked for: pure. What has one value is common to all cells, what has several is an axis. */
import type { AxisBody, SheetBody } from '../api/sheets.ts';
import type { ModelForm } from '../make/model-form.ts';
import { promptLines, variants } from '../make/prompt-list.ts';
import { controlFields } from '../make/request-body.ts';
import type { SheetDraft, SheetLora } from './sheet-draft.ts';
import { listProblem, numberList, sizeList } from './value-list.ts';

export interface SheetContext {
  model: string;
  form: ModelForm;
  controls: readonly (string | null)[];
}

export const sheetPrompts = ({ prompts }: Pick<SheetDraft, 'prompts'>): string[] => [
  ...new Set(promptLines(prompts).flatMap(variants)),
];

/** What is wrong with a list of the builder, by its field. */
export function listProblems({ scales, seeds, steps, guidance, sizes }: SheetDraft) {
  return {
    scales: listProblem(numberList(scales), 'number'),
    seeds: listProblem(numberList(seeds), 'seed'),
    steps: listProblem(numberList(steps), 'number'),
    guidance: listProblem(numberList(guidance), 'number'),
    sizes: listProblem(sizeList(sizes), 'size: write 768x1024'),
  };
}

/** What keeps the sheet from being asked for; null when nothing does. */
export function missingOf(draft: SheetDraft, { form, controls }: Pick<SheetContext, 'form' | 'controls'>) {
  if (sheetPrompts(draft).length === 0) return 'Write a prompt first.';
  if (draft.training !== null && draft.epochs?.length === 0) return 'Choose one epoch at least.';
  const given = controls.slice(0, form.controls.maximum).filter((picture) => picture !== null).length;
  if (given < form.controls.minimum) return 'This model works from a picture: add one.';
  return Object.values(listProblems(draft)).find((problem) => problem !== null) ?? null;
}

export function sheetBody(draft: SheetDraft, { model, form, controls }: SheetContext): SheetBody {
  const prompts = sheetPrompts(draft);
  const { axes: loraAxes, loras, trigger: ownTrigger } = loraParts(draft, form);
  const axes = [
    ...loraAxes,
    axisOf('prompt', prompts),
    seedAxis(draft, prompts.length),
    axisOf('steps', numberList(draft.steps).values),
    form.guidance === null ? null : axisOf('guidance', numberList(draft.guidance).values),
    axisOf('size', sizeList(draft.sizes).values),
  ].filter((axis) => axis !== null);
  const trigger = draft.trigger.trim() || ownTrigger;
  return {
    model,
    common: {
      ...(prompts.length === 1 && axes.length > 0 ? { prompt: prompts[0] } : {}),
      ...commonFields(draft, form),
      ...controlFields(controls, form),
    },
    ...(loras.length === 0 ? {} : { loras }),
    ...(trigger === '' ? {} : { trigger_word: trigger }),
    axes: axes.length > 0 ? axes : [{ name: 'prompt', values: prompts }],
    ...(draft.withBase && loraAxes.length > 0 ? { base_cells: true } : {}),
  };
}

/** Null for what has one value, or none. */
const axisOf = (name: AxisBody['name'], values: readonly unknown[]): AxisBody | null =>
  values.length < 2 ? null : { name, values: [...values] };

function seedAxis({ seeds, seedForPrompt }: SheetDraft, prompts: number): AxisBody | null {
  const { values } = numberList(seeds);
  const axis = axisOf('seed', values);
  return axis !== null && seedForPrompt && values.length === prompts ? { ...axis, with: 'prompt' } : axis;
}

/** Without a seed one is drawn for all cells, so that they can be compared. */
const drawn = -1;

function commonFields(
  { seeds, steps, guidance, sizes }: SheetDraft,
  form: ModelForm,
): Record<string, unknown> {
  const seed = numberList(seeds).values;
  const [width, height] = only(sizeList(sizes).values)?.split('x').map(Number) ?? [];
  const given = {
    seed: seed.length === 0 ? drawn : only(seed),
    [form.steps.name]: only(numberList(steps).values),
    ...(form.guidance === null ? {} : { [form.guidance.name]: only(numberList(guidance).values) }),
    width,
    height,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const only = <Value>(values: readonly Value[]): Value | undefined =>
  values.length === 1 ? values[0] : undefined;

type LoraBody = NonNullable<SheetBody['loras']>[number];

interface LoraParts {
  axes: AxisBody[];
  /** Of all cells. */
  loras: LoraBody[];
  /** Word of these; empty where each brings its own. */
  trigger: string;
}

/** LoRAs are axes, or are in all cells, or both: epochs with others behind them. */
function loraParts(draft: SheetDraft, { lora: { sides } }: ModelForm): LoraParts {
  const { training, epochs, loras: rows, stack, withBase } = draft;
  const scales = numberList(draft.scales).values;
  const scale = only(scales);
  const bodies = (row: SheetLora, strength: number): LoraBody[] =>
    row.files.map(({ path, side }) => ({
      path,
      network_multiplier: strength,
      ...(sides ? { transformer: side ?? 'high' } : {}),
    }));
  if (training !== null) {
    const isPlain = scales.length === 0 || scale === 1;
    return {
      axes: [
        { name: 'epoch', lora: { training, steps: epochs ?? 'all' } },
        ...(isPlain ? [] : [{ name: 'scale' as const, values: scales }]),
      ],
      loras: rows.flatMap((row) => bodies(row, row.scale)),
      trigger: '',
    };
  }
  if (rows.length === 0) return { axes: [], loras: [], trigger: '' };
  const hasPairs = rows.some(({ files }) => files.length > 1);
  const axes: AxisBody[] =
    scales.length < 2 ? [] : [{ name: 'scale', values: scales, ...(hasPairs ? { row: 'all' } : {}) }];
  if (stack === 'each' && rows.length > 1) {
    const values = rows.map((row) => stackValue(bodies(row, scale ?? 1), row.label, row.trigger));
    return { axes: [{ name: 'lora', values }, ...axes], loras: [], trigger: '' };
  }
  const loras = rows.flatMap((row, index) => bodies(row, index === 0 ? (scale ?? row.scale) : row.scale));
  const trigger = rows.find((row) => row.trigger !== '')?.trigger ?? '';
  // The base model is a value of an axis: of strengths, or else of this one.
  if (!withBase || axes.length > 0) return { axes, loras, trigger };
  const label = rows.map((row) => row.label).join(' + ');
  return { axes: [{ name: 'lora', values: [stackValue(loras, label, trigger)] }], loras: [], trigger: '' };
}

const stackValue = (loras: LoraBody[], label: string, trigger: string) => ({
  loras,
  label,
  ...(trigger === '' ? {} : { trigger_word: trigger }),
});

/** What the list of strengths is of; null where there is nothing that has one. */
export function scaledThing({ training, loras, stack }: SheetDraft): string | null {
  if (training !== null) return 'Of each epoch';
  const [first] = loras;
  if (first === undefined) return null;
  if (loras.some(({ files }) => files.length > 1)) return 'Of all LoRAs together';
  return stack === 'each' && loras.length > 1 ? 'Of each LoRA' : `Of ${first.label}`;
}
