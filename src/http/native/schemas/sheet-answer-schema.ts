/** What is told of contact sheets. */
import { z } from 'zod';
import { recipeSchema } from './recipe-schema.ts';
import { failure } from './response-schema.ts';

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
