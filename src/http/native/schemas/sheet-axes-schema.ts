/** Axes of contact sheets: what each may hold. */
import { z } from 'zod';
import { limits } from '../../../render/limits.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { describeValue } from '../../kit/body/describe-value.ts';
import { storableText } from '../../kit/storable-text.ts';
import { about, loraSchema, seed } from './request-schema.ts';

export const axisNames = [
  'prompt',
  'neg',
  'seed',
  'lora',
  'epoch',
  'scale',
  'steps',
  'guidance',
  'size',
  'frames',
  'option',
  'control',
] as const;
export type AxisName = (typeof axisNames)[number];

export const mostAxes = 4;
export const mostValues = 64;

/** Fields that an `option` axis may set: of a request or of its prompt. */
export const optionFields = [
  'kv_cache',
  'match_target_res',
  'do_cfg_norm',
  'tiled_decoding',
  'sampler',
  'resolution',
  'guidance_rescale',
  'fps',
  'strength',
  'ctrl_idx',
] as const;

const loraPath = storableText(2048).min(1);
const whole = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);
const side = whole(limits.side);

const stackSchema = z.array(loraSchema).min(1);
const stackValue = z.looseObject({
  loras: stackSchema,
  trigger_word: storableText(500).nullish(),
  label: storableText(200).nullish(),
});
const oneLoraValue = loraSchema.extend({
  trigger_word: storableText(500).nullish(),
  label: storableText(200).nullish(),
});
/** LoRAs of a cell, with the trigger word and the name that they bring along. */
export interface LoraStack {
  loras: z.output<typeof loraSchema>[];
  trigger: string | null;
  label: string | null;
}
const stack = (
  loras: LoraStack['loras'],
  said: { trigger_word?: string | null | undefined; label?: string | null | undefined } = {},
): LoraStack => ({ loras, trigger: said.trigger_word || null, label: said.label || null });

const loraValue = z.union([
  z.null().transform(() => stack([])),
  loraPath.transform((path) => stack([{ path }])),
  stackSchema.transform((loras) => stack(loras)),
  stackValue.transform(({ loras, ...said }) => stack(loras, said)),
  oneLoraValue.transform(({ trigger_word, label, ...lora }) => stack([lora], { trigger_word, label })),
]);

const sizeText = z.string().regex(/^\s*\d{1,5}\s*[x×]\s*\d{1,5}\s*$/);
const sizeValue = z.union([
  sizeText
    .transform((text) => {
      const [width, height] = text.split(/[x×]/).map(Number);
      return { width, height };
    })
    .pipe(z.object({ width: side, height: side })),
  z.object({ width: side, height: side }),
]);

const picture = z.string().min(1);
const controlValue = z.union([z.null(), picture, z.array(picture).min(1).max(3)]);

/** What the values of each axis are, and how that is said. */
export const axisValues = {
  prompt: [storableText(longestPrompt), `a text of up to ${longestPrompt} characters`],
  neg: [z.union([storableText(longestPrompt), z.literal(false)]), 'a text, or false for none'],
  seed: [seed, 'an integer from -1; -1 draws one'],
  lora: [
    loraValue,
    'a path, a LoRA {"path", "network_multiplier"}, a list of them, {"loras", "trigger_word", "label"}, or null for none',
  ],
  epoch: [z.union([z.null(), loraPath]), 'a LoRA path, such as model_…@250, or null for none'],
  scale: [z.number().min(limits.scale[0]).max(limits.scale[1]), rangeWords(limits.scale)],
  steps: [whole(limits.steps), rangeWords(limits.steps, 'an integer')],
  guidance: [
    z.number().min(limits.guidanceScale[0]).max(limits.guidanceScale[1]),
    rangeWords(limits.guidanceScale),
  ],
  size: [
    sizeValue,
    `"768x1024" or {"width", "height"}, each side from ${limits.side[0]} to ${limits.side[1]}`,
  ],
  frames: [whole(limits.numFrames), rangeWords(limits.numFrames, 'an integer')],
  option: [z.union([z.boolean(), z.number(), storableText(200)]), 'true, false, a number or a text'],
  control: [
    controlValue,
    'a picture (base64, data URL or http(s) URL), a list of up to three, or null for none',
  ],
} as const satisfies Record<AxisName, readonly [z.ZodType, string]>;

function rangeWords([least, most]: readonly [number, number], what = 'a number'): string {
  return `${what} from ${least} to ${most}`;
}

export const epochSource = z.looseObject({
  training: storableText(100).min(1).exactOptional().meta({ description: 'Id of a training.' }),
  model: storableText(200)
    .min(1)
    .exactOptional()
    .meta({ description: 'Id or name of a model of the registry.' }),
  steps: z
    .union([z.literal('all'), z.literal('last'), z.array(z.int().min(0)).min(1).max(mostValues)])
    .default('all')
    .meta({ description: 'Which of its epochs: all, the last, or those of these steps.' }),
});

const valuesText = axisNames.map((name) => `\`${name}\`: ${axisValues[name][1]}`).join('; ');

export const axisId = storableText(40).min(1);
export const axisSchema = z.looseObject({
  name: z.enum(axisNames).meta({ description: 'What its values change.' }),
  id: about(axisId, 'What layout and `with` call it. Default: its name.'),
  values: about(z.array(z.unknown()).min(1).max(mostValues), `One or more. ${valuesText}.`, [0.6, 0.8, 1]),
  labels: about(z.array(storableText(200)), 'What stands in the picture for each value.'),
  with: about(
    axisId,
    'Goes along with that axis, value by value, in place of multiplying the cells.',
    'prompt',
  ),
  lora: about(epochSource, 'Of an `epoch` axis: whose epochs, in place of `values`.'),
  row: about(
    z.union([z.int().min(0), z.literal('all')]),
    'Of a `scale` axis: the LoRA that it scales, by its place in the stack of the cell, or all of it. Default 0.',
  ),
  option: about(z.enum(optionFields), 'Of an `option` axis: the field that it sets.', 'kv_cache'),
});
export type AxisBody = z.output<typeof axisSchema>;

/** The values of an axis, each checked as what it is. Adds an issue for each that it is not. */
function checkAxis(axis: AxisBody, path: (string | number)[], context: z.RefinementCtx): void {
  const refuse = (message: string, ...at: (string | number)[]): void =>
    context.addIssue({ code: 'custom', path: [...path, ...at], message });
  const { name, values, labels, lora, option } = axis;
  if (name === 'option' && !option)
    refuse(`needs "option", the field that it sets: one of ${optionFields.join(', ')}`);
  if (name === 'epoch' && lora) {
    if ((lora.training === undefined) === (lora.model === undefined))
      refuse('must name one of "training" and "model"', 'lora');
    if (values) refuse('is for an axis without "lora": its values are the epochs', 'values');
    return;
  }
  if (lora) refuse('is for an axis of the name "epoch"', 'lora');
  if (!values) {
    refuse(`needs "values", a list of 1 to ${mostValues}${name === 'epoch' ? ', or "lora"' : ''}`);
    return;
  }
  const [schema, words] = axisValues[name];
  for (const [index, value] of values.entries())
    if (!schema.safeParse(value).success)
      refuse(`must be ${words}, and ${describeValue(value)} was received`, 'values', index);
  if (labels && labels.length !== values.length)
    refuse(
      `must be one for each of the ${values.length} values, and ${labels.length} were received`,
      'labels',
    );
}

export function checkAxes(
  axes: readonly AxisBody[],
  layout:
    | Partial<Record<'rows' | 'columns' | 'pages', readonly string[] | null | undefined>>
    | null
    | undefined,
  context: z.RefinementCtx,
): void {
  for (const [index, axis] of axes.entries()) checkAxis(axis, ['axes', index], context);
  const refuse = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const ids = axes.map(idOf);
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) !== index)
      refuse(['axes', index], `has the name "${id}" of another axis. Give it an "id" of its own`);
  for (const [index, { with: partner }] of axes.entries()) {
    if (!partner) continue;
    const other = axes.find((axis) => idOf(axis) === partner);
    if (other === undefined || partner === ids[index] || other.with)
      refuse(
        ['axes', index, 'with'],
        `must be the name of another axis that goes along with none, one of ${axes.flatMap((axis, at) => (at === index || axis.with ? [] : [`"${idOf(axis)}"`])).join(', ') || 'none here'}`,
      );
    else if (other.values && axes[index]?.values?.length !== other.values.length)
      refuse(
        ['axes', index],
        `goes along with "${partner}" and must have as many values: ${axes[index]?.values?.length ?? 0} for ${other.values.length}`,
      );
  }
  if (!layout) return;
  const free = axes.filter((axis) => !axis.with).map(idOf);
  const placed = (['rows', 'columns', 'pages'] as const).flatMap((where) =>
    (layout[where] ?? []).map((id, index) => ({ id, path: ['layout', where, index] })),
  );
  for (const [index, { id, path }] of placed.entries()) {
    if (!free.includes(id))
      refuse(path, `must be the name of an axis that goes along with no other: one of ${free.join(', ')}`);
    else if (placed.findIndex((one) => one.id === id) !== index) refuse(path, `places "${id}" a second time`);
  }
}

/** What layout and `with` call an axis. */
export const idOf = ({ id, name }: Pick<AxisBody, 'id' | 'name'>): string => id || name;

export const axisIds = about(z.array(axisId).max(mostAxes), 'Names of axes, the slowest first.', ['epoch']);
