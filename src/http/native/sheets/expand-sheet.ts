/** A settled sheet becomes the bodies of POST /v1/inference for its cells, one for each combination of values. */
import type { Place } from '../../../sheets/sheet.ts';
import type { LoraBody } from '../schemas/request-schema.ts';
import { type AxisBody, axisValues, idOf } from '../schemas/sheet-axes-schema.ts';
import type { SheetBody } from '../schemas/sheet-schema.ts';

export interface CellBody {
  place: Place;
  body: Record<string, unknown>;
}

/** Fields of a prompt that are none of the request. */
const promptFields = [
  'prompt',
  'resolution',
  'ctrl_img',
  'ctrl_img_1',
  'ctrl_img_2',
  'ctrl_img_3',
  'ctrl_idx',
];

/** How many cells the axes span. */
export const countPlaces = (axes: readonly Pick<AxisBody, 'values' | 'with'>[]): number =>
  axes.reduce((count, axis) => (axis.with ? count : count * (axis.values?.length ?? 0)), 1);

/** The places of all cells: the last axis counts fastest. */
export function placesOf(axes: readonly AxisBody[]): Place[] {
  const free = axes.filter((axis) => !axis.with);
  const choices = free.reduce<ReadonlyMap<string, number>[]>(
    (some, axis) =>
      some.flatMap((chosen) =>
        (axis.values ?? []).map((_, index) => new Map([...chosen, [idOf(axis), index]])),
      ),
    [new Map()],
  );
  return choices.map((chosen) => axes.map((axis) => chosen.get(axis.with || idOf(axis)) ?? 0));
}

export function expandSheet(sheet: SheetBody): CellBody[] {
  return placesOf(sheet.axes).map((place) => ({ place, body: cellBody(sheet, place) }));
}

/** A LoRA of the stack of a cell, or a place in it that this cell leaves empty. */
type Slot = LoraBody | null;

function cellBody(sheet: SheetBody, place: Place): Record<string, unknown> {
  const { model, common, webhook_url, webhook_events, hf_token } = sheet;
  const fields: Record<string, unknown> = { ...common };
  const values = sheet.axes.map((axis, index) => ({ axis, value: axis.values?.[place[index] ?? 0] }));
  const { slots, own, trigger } = stackOf(sheet, values);
  for (const { axis, value } of values) {
    if (axis.name === 'scale') scaleSlots(slots, own, axis, axisValues.scale[0].parse(value));
    else Object.assign(fields, fieldsOf(axis, value));
  }
  const loras = slots.filter((lora) => lora !== null).filter(({ network_multiplier: scale }) => scale !== 0);
  const { top, prompt } = splitFields(fields);
  return {
    ...top,
    model,
    output_format: sheet.cell_format ?? 'png',
    priority: sheet.priority ?? -10,
    ...(loras.length === 0 ? { base_only: true } : { loras }),
    ...(trigger ? { trigger_word: trigger } : {}),
    ...(hf_token ? { hf_token } : {}),
    ...(webhook_url ? { webhook_url } : {}),
    ...(webhook_events ? { webhook_events } : {}),
    prompts: [prompt],
  };
}

interface AxisValue {
  axis: AxisBody;
  value: unknown;
}

/** LoRAs of the axes, then those of all cells; `own` is how many places the axes have. */
function stackOf(sheet: SheetBody, values: readonly AxisValue[]) {
  let trigger = sheet.trigger_word ?? null;
  const slots: Slot[] = [];
  for (const { axis, value } of values) {
    if (axis.name !== 'lora' && axis.name !== 'epoch') continue;
    const { loras, trigger: its } = axisValues.lora[0].parse(value);
    const widest = Math.max(
      ...(axis.values ?? []).map((other) => axisValues.lora[0].parse(other).loras.length),
    );
    slots.push(...Array.from({ length: widest }, (_, index) => loras[index] ?? null));
    trigger = its ?? trigger;
  }
  const own = slots.length;
  slots.push(...(sheet.loras ?? []).map((lora) => ({ ...lora })));
  return { slots, own, trigger };
}

/** With LoRAs on axes the fixed ones keep their strength, unless a row behind them is named. */
function scaleSlots(slots: Slot[], own: number, { row }: AxisBody, scale: number): void {
  const reach = own > 0 ? own : slots.length;
  for (const [index, lora] of slots.entries()) {
    const isMeant = row === 'all' ? index < reach : index === (row ?? 0);
    if (isMeant && lora !== null) slots[index] = { ...lora, network_multiplier: scale };
  }
}

/** The fields that a value sets. */
export function fieldsOf(axis: Pick<AxisBody, 'name' | 'option'>, value: unknown): Record<string, unknown> {
  switch (axis.name) {
    case 'prompt':
      return { prompt: value };
    case 'neg':
      return { neg: value };
    case 'seed':
      return { seed: value };
    case 'steps':
      return { sample_steps: value };
    case 'guidance':
      return { guidance_scale: value };
    case 'frames':
      return { num_frames: value };
    case 'size':
      return axisValues.size[0].parse(value);
    case 'option':
      return axis.option ? { [axis.option]: value } : {};
    case 'control':
      return controlFields(value);
    case 'lora':
    case 'epoch':
    case 'scale':
      return {};
  }
}

/** All of them, so that those of all cells do not show through. */
function controlFields(value: unknown): Record<string, unknown> {
  const given = axisValues.control[0].parse(value);
  const [first = null, second = null, third = null] = Array.isArray(given) ? given : [];
  const single = typeof given === 'string' ? given : null;
  return { ctrl_img: single, ctrl_img_1: first, ctrl_img_2: second, ctrl_img_3: third };
}

function splitFields(fields: Record<string, unknown>) {
  const isOfPrompt = ([name]: [string, unknown]): boolean => promptFields.includes(name);
  const all = Object.entries(fields);
  const top = Object.fromEntries(all.filter((field) => !isOfPrompt(field)));
  const prompt = Object.fromEntries(all.filter(isOfPrompt));
  return { top, prompt };
}
