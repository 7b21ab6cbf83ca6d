/** The body of POST /v1/sheets, and what is told of contact sheets. */
import { z } from 'zod';
import { webhookEvents } from '../../../jobs/webhook.ts';
import { limits } from '../../../render/limits.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { describeValue } from '../../kit/body/describe-value.ts';
import { storableText } from '../../kit/storable-text.ts';
import { recipeSchema } from './recipe-schema.ts';
import { loraSchema, seed, token } from './request-schema.ts';
import { failure } from './response-schema.ts';

const about = <T extends z.ZodType>(schema: T, description: string, example?: unknown) =>
  schema.nullish().meta({ description, ...(example === undefined ? {} : { examples: [example] }) });

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

const epochSource = z.looseObject({
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

const axisId = storableText(40).min(1);
const axisSchema = z.looseObject({
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

function checkAxes(
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

const axisIds = about(z.array(axisId).max(mostAxes), 'Names of axes, the slowest first.', ['epoch']);

export function createSheetSchema(models: readonly string[]) {
  return z
    .looseObject({
      model: storableText(200)
        .min(1)
        .meta({
          description: [
            'A model id of GET /v1/models',
            ...(models.length === 0 ? [] : [models.join(', ')]),
          ].join(': '),
          examples: ['flux'],
        }),
      common: about(
        z.record(z.string(), z.unknown()),
        'What all cells have: fields of POST /v1/inference and of its prompts, such as `width`, `sample_steps`, `seed`, and `prompt` where no axis says it.',
        { width: 768, height: 768, sample_steps: 25 },
      ),
      loras: about(z.array(loraSchema), 'LoRAs of all cells, behind those of the axes.'),
      trigger_word: about(
        storableText(500),
        'Replaces `[trigger]` in prompts, where the LoRA of the cell brings no trigger word of its own. Default: that of the model whose epochs are compared.',
      ),
      axes: z
        .array(axisSchema)
        .min(1)
        .max(mostAxes)
        .meta({ description: 'Cells are all combinations of their values.' }),
      layout: about(
        z.looseObject({ rows: axisIds, columns: axisIds, pages: axisIds }),
        'Where the axes stand in the picture. Those that it leaves out are pages. Default: the first in rows, the second in columns.',
      ),
      base_cells: about(
        z.boolean(),
        'Add the base model to the first axis of LoRAs, or of scales: one row or column without LoRA. Default false.',
      ),
      on_error: about(
        z.enum(['continue', 'stop']),
        'What becomes of the rest when a cell fails. Default `continue`.',
      ),
      reuse: about(
        z.boolean(),
        'Whether pictures that this key has made with the same recipe are shown in place of new ones. Default true.',
      ),
      cell_format: about(z.enum(['png', 'jpeg', 'webp']), 'Format of the pictures of cells. Default png.'),
      image: about(
        z.looseObject({
          format: about(z.enum(['webp', 'png', 'jpeg']), 'Default webp.'),
          tile: about(z.int().min(64).max(2048), 'Longest side of a cell in it, in pixels. Default 384.'),
        }),
        'The picture of the whole sheet. Tiles shrink where it would have more than 100 megapixels.',
      ),
      priority: about(
        z.int().min(-100).max(100),
        'Of its requests. Default -10, so that single pictures go first.',
      ),
      hf_token: about(token, 'As in POST /v1/inference.'),
      webhook_url: about(
        storableText(2048),
        'Called for the request of each picture, as in POST /v1/inference.',
      ),
      webhook_events: about(z.array(z.enum(webhookEvents)).min(1), 'As in POST /v1/inference.'),
    })
    .superRefine(({ axes, layout }, context) => checkAxes(axes, layout, context))
    .meta({
      examples: [
        {
          model: 'flux',
          common: { width: 768, height: 768, sample_steps: 25 },
          axes: [
            { name: 'lora', values: [null, 'neon.safetensors'] },
            { name: 'prompt', values: ['a red apple', 'a cat'] },
          ],
        },
      ],
    });
}
export type SheetBody = z.output<ReturnType<typeof createSheetSchema>>;

const moreAxis = z.looseObject({
  name: axisId.meta({ description: 'Name (or `id`) of an axis of the sheet.' }),
  values: about(z.array(z.unknown()).min(1).max(mostValues), 'Values that come behind those that it has.'),
  labels: about(z.array(storableText(200)), 'What stands in the picture for each of them.'),
  lora: about(epochSource, 'Of an `epoch` axis: the epochs, where there are more now.'),
});
export const extendSchema = z.looseObject({
  axes: z
    .array(moreAxis)
    .min(1)
    .max(mostAxes)
    .meta({ description: 'Values that are there already are passed over.' }),
  hf_token: about(token, 'As in POST /v1/inference.'),
});
export type ExtendBody = z.output<typeof extendSchema>;

export const resumeSchema = z
  .looseObject({ hf_token: about(token, 'As in POST /v1/inference.') })
  .nullish()
  .meta({ description: 'May be left out.' });

export const sheetParams = z.object({
  sheet_id: z.string().meta({ description: 'The `sheet_id` that POST /v1/sheets answered with.' }),
});

const url = z.string().meta({ format: 'uri' });
const time = z.string().meta({ format: 'date-time' });
const count = z.int();

const sheetStatus = z.enum(['in_queue', 'in_progress', 'succeeded', 'failed', 'canceled', 'removed']);

export const countsSchema = z
  .object({
    cells: count,
    in_queue: count,
    in_progress: count,
    succeeded: count,
    failed: count,
    canceled: count,
    removed: count.meta({ description: 'Cells whose picture is gone. Resuming renders them again.' }),
  })
  .meta({ description: 'Cells by how they stand.' });

export const sheetSummarySchema = z
  .object({
    sheet_id: z.string(),
    model: z.string(),
    status: sheetStatus.meta({
      description:
        '`succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.',
    }),
    counts: countsSchema,
    failed_cells: count,
    axes: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        with: z.string().nullable(),
        labels: z.array(z.string()),
      }),
    ),
    created_at: time,
    url,
    image_url: url.meta({ description: 'The picture of the whole, drawn from what is there.' }),
    manifest_url: url,
    zip_url: url.meta({ description: 'Cells, picture, manifest and an HTML page.' }),
  })
  .meta({ description: 'A contact sheet.' });

const place = z.array(z.int()).meta({ description: 'Index of its value on each axis.' });

const cellSchema = z.object({
  place,
  status: z.enum(['in_queue', 'in_progress', 'succeeded', 'failed', 'canceled', 'removed']),
  request_id: z.string().meta({ description: 'The request that renders it, or has.' }),
  index: z.int().meta({ description: 'Which of its outputs.' }),
  reused: z.boolean().meta({ description: 'The picture was there before the sheet.' }),
  ...failure,
  kind: z.enum(['image', 'video']).nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  seconds: z.number().nullable(),
  sha256: z.string().nullable(),
  url: url.nullable(),
  thumbnail_url: url.nullable(),
});

export const sheetSchema = sheetSummarySchema
  .extend({
    layout: z.object({ rows: z.array(z.string()), columns: z.array(z.string()), pages: z.array(z.string()) }),
    pictures: count.meta({ description: 'Different pictures that its cells show.' }),
    reused_cells: count,
    eta_seconds: z.number().nullable().meta({ description: 'Until all of it is rendered, roughly.' }),
    image_count: count.meta({
      description: 'Pictures that the whole is drawn as: `image_url` takes `?page=2`.',
    }),
    request: z.unknown().meta({ description: 'What was asked for, with the seeds that were drawn for it.' }),
    cells: z.array(cellSchema),
    warnings: z.array(z.string()),
  })
  .meta({ description: 'A contact sheet with its cells.' });

export const dryRunSchema = z
  .object({
    dry_run: z.literal(true),
    cells: count,
    to_render: count.meta({ description: 'Different pictures that have to be made.' }),
    reused: count.meta({ description: 'Cells that show a picture which there is.' }),
    merges: count.meta({ description: 'Times that LoRAs are merged into the model.' }),
    base_loads: count.meta({ description: 'Times that the base model is loaded.' }),
    downloads: z.object({
      bytes: z
        .int()
        .nullable()
        .meta({ description: 'Of the base model; null where workers elsewhere have it.' }),
      loras: count.meta({ description: 'LoRAs that are fetched first.' }),
    }),
    disk_bytes: z.int(),
    seconds: z.object({
      low: z.number(),
      likely: z.number(),
      high: z.number(),
      source: z.enum(['measured', 'guess']).meta({
        description: '`measured`: from pictures of this model that this server has made; else a rough guess.',
      }),
      samples: count.meta({ description: 'Pictures that it is measured from.' }),
    }),
    axes: sheetSummarySchema.shape.axes,
    warnings: z.array(z.string()),
  })
  .meta({ description: 'What the sheet would take. Nothing was stored.' });

export const sheetsSchema = z
  .object({ sheets: z.array(sheetSummarySchema), next_cursor: z.string().nullable() })
  .meta({ description: 'A page, newest first.' });

export const manifestSchema = z
  .object({
    sheet_id: z.string(),
    created_at: time,
    status: sheetStatus,
    request: z.unknown(),
    axes: sheetSummarySchema.shape.axes,
    layout: sheetSchema.shape.layout,
    images: z.array(z.object({ width: z.int(), height: z.int() })),
    cells: z.array(
      cellSchema.omit({ url: true, thumbnail_url: true }).extend({
        labels: z.record(z.string(), z.string()).meta({ description: 'By name of the axis.' }),
        rectangle: z
          .object({
            image: z.int().meta({ description: 'Index in `images`.' }),
            ...{ x: z.int(), y: z.int(), width: z.int(), height: z.int() },
          })
          .nullable(),
        file: z.string().nullable().meta({ description: 'Its name in the ZIP file.' }),
        recipe: recipeSchema.nullable(),
      }),
    ),
  })
  .meta({ description: 'A sheet for programs.' });
