/** The bodies of the routes of contact sheets. */
import { z } from 'zod';
import { webhookEvents } from '../../../jobs/webhook.ts';
import { storableText } from '../../kit/storable-text.ts';
import { about, loraSchema, modelField, token } from './request-schema.ts';
import {
  axisId,
  axisIds,
  axisSchema,
  checkAxes,
  epochSource,
  mostAxes,
  mostValues,
} from './sheet-axes-schema.ts';

export function createSheetSchema(models: readonly string[]) {
  return z
    .looseObject({
      model: modelField(models),
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
