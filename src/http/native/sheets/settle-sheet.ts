/**
 * A sheet as it is asked for, made exact, so that asking for it again, or for more of it, means the same cells: epochs become LoRA
 * paths, seeds of -1 become the seeds that are drawn, and base cells become values of an axis.
 */
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { type AxisBody, axisValues, idOf, mostValues } from '../schemas/sheet-axes-schema.ts';
import type { ExtendBody, SheetBody } from '../schemas/sheet-schema.ts';
import { labelsOf } from './axis-labels.ts';

/** The epochs of a training or a model, oldest first, and what calls it. */
export type FindEpochs = (
  source: NonNullable<AxisBody['lora']>,
) => Promise<{ epochs: { path: string; step: number }[]; trigger: string | null }>;

export interface SettleParts {
  findEpochs: FindEpochs;
  drawSeed: () => number;
}

/** The body with values on every axis and nothing left to chance. Throws INVALID_REQUEST, and what finding epochs throws. */
export async function settleSheet(body: SheetBody, parts: SettleParts): Promise<SheetBody> {
  const { axes, trigger } = await settleAxes(body.axes, parts);
  const withBase = body.base_cells ? addBase(axes, body.loras ?? []) : axes;
  const { seed } = body.common ?? {};
  const common = seed === -1 ? { ...body.common, seed: parts.drawSeed() } : body.common;
  return {
    ...body,
    axes: withBase,
    base_cells: false,
    ...(common ? { common } : {}),
    ...(body.trigger_word || trigger === null ? {} : { trigger_word: trigger }),
  };
}

/** The sheet with more values behind those that it has. Throws INVALID_REQUEST. */
export async function extendSheet(
  body: SheetBody,
  more: ExtendBody['axes'],
  parts: SettleParts,
): Promise<SheetBody> {
  const added = new Map<number, AxisBody>();
  for (const [position, { name, values, labels, lora }] of more.entries()) {
    const index = body.axes.findIndex((axis) => idOf(axis) === name);
    const axis = body.axes[index];
    if (axis === undefined) throw noAxis(name, position, body.axes);
    const given: AxisBody = { ...axis, id: idOf(axis), values, labels, lora };
    checkMore(given, position);
    added.set(index, given);
  }
  const settled = await settleAxes([...added.values()], parts);
  const byId = new Map(settled.axes.map((axis) => [idOf(axis), axis]));
  const axes = body.axes.map((axis) => joined(axis, byId.get(idOf(axis))));
  checkPairs(axes);
  return { ...body, axes };
}

function joined(axis: AxisBody, more: AxisBody | undefined): AxisBody {
  if (more === undefined) return axis;
  const known = new Set((axis.values ?? []).map((value) => keyOf(value)));
  const isPaired = Boolean(axis.with);
  const fresh = [...(more.values ?? []).entries()].filter(
    ([, value]) => isPaired || !known.has(keyOf(value)),
  );
  const values = [...(axis.values ?? []), ...fresh.map(([, value]) => value)];
  if (values.length > mostValues)
    throw invalid(`The axis "${idOf(axis)}" would have ${values.length} values; it can have ${mostValues}.`);
  if (!axis.labels && !more.labels) return { ...axis, values };
  const labels = labelsOf(more);
  return { ...axis, values, labels: [...labelsOf(axis), ...fresh.map(([index]) => labels[index] ?? '')] };
}

const keyOf = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value));

function checkMore(axis: AxisBody, position: number): void {
  const at = `axes[${position}]`;
  const { name, values, labels, lora } = axis;
  if (lora && name !== 'epoch') throw invalid(`${at}.lora is for an axis of the name "epoch".`, `${at}.lora`);
  if (!lora && !values) throw invalid(`${at} needs "values", a list of 1 to ${mostValues}.`, at);
  const [schema, words] = axisValues[name];
  for (const [index, value] of (values ?? []).entries())
    if (!schema.safeParse(value).success)
      throw invalid(`${at}.values[${index}] must be ${words}.`, `${at}.values[${index}]`);
  if (labels && labels.length !== values?.length)
    throw invalid(`${at}.labels must be one for each value.`, `${at}.labels`);
}

function checkPairs(axes: readonly AxisBody[]): void {
  for (const axis of axes) {
    const partner = axes.find((other) => idOf(other) === axis.with);
    if (partner && partner.values?.length !== axis.values?.length)
      throw invalid(
        `"${idOf(axis)}" goes along with "${idOf(partner)}" and must have as many values: ${axis.values?.length} for ${partner.values?.length}.`,
      );
  }
}

async function settleAxes(axes: readonly AxisBody[], { findEpochs, drawSeed }: SettleParts) {
  let trigger: string | null = null;
  const settled: AxisBody[] = [];
  for (const axis of axes) {
    if (axis.name === 'seed') {
      settled.push({
        ...axis,
        values: (axis.values ?? []).map((value) => (value === -1 ? drawSeed() : value)),
      });
    } else if (axis.name === 'epoch' && axis.lora) {
      const found = await findEpochs(axis.lora);
      trigger ??= found.trigger;
      const labels = axis.labels ?? found.epochs.map(({ step }) => `step ${step}`);
      const { lora: _lora, ...rest } = axis;
      settled.push({ ...rest, values: found.epochs.map(({ path: file }) => file), labels: [...labels] });
    } else settled.push({ ...axis });
  }
  for (const { name, values } of settled)
    if ((values?.length ?? 0) > mostValues)
      throw invalid(`The axis "${name}" has ${values?.length} values; it can have ${mostValues}.`);
  checkPairs(settled);
  return { axes: settled, trigger };
}

/** A first value without LoRA, on the axis that changes the LoRAs most, unless there is one. */
function addBase(axes: readonly AxisBody[], loras: readonly unknown[]): AxisBody[] {
  const free = axes.filter((axis) => !axis.with);
  const target =
    free.find(({ name }) => name === 'epoch') ??
    free.find(({ name }) => name === 'lora') ??
    (loras.length > 0 ? free.find(({ name }) => name === 'scale') : undefined);
  if (target === undefined)
    throw invalid(
      'base_cells needs an axis of LoRAs, epochs or scales that the base model can be a value of. Add one, or leave base_cells out.',
      'base_cells',
    );
  const base = target.name === 'scale' ? 0 : null;
  if ((target.values ?? []).includes(base) || axes.some((axis) => axis.with === idOf(target)))
    return [...axes];
  const labels = target.labels ? { labels: ['no LoRA', ...target.labels] } : {};
  return axes.map((axis) =>
    axis === target ? { ...axis, values: [base, ...(axis.values ?? [])], ...labels } : axis,
  );
}

const noAxis = (name: string, position: number, axes: readonly AxisBody[]): DarkroomError =>
  invalid(
    `axes[${position}].name must be an axis of the sheet, one of ${axes.map((axis) => `"${idOf(axis)}"`).join(', ')}, and "${name.slice(0, 80)}" was received.`,
    `axes[${position}].name`,
  );

const invalid = (message: string, at?: string): DarkroomError =>
  new DarkroomError(
    'INVALID_REQUEST',
    message,
    at === undefined ? {} : { details: { problems: [{ path: at, message }] } },
  );
