/** What was made, as rows that are searched and marked, and a request as it was sent. */
import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';
import { recipeSchema } from './recipe-schema.ts';
import { progressSchema, statusFields, writtenInteger } from './response-schema.ts';

const time = z.string().meta({ format: 'date-time' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');

const tag = storableText(50).trim().min(1);
const tags = z.array(tag).max(50);

export const pictureSchema = z
  .object({
    request_id: z.string().meta({ description: 'Of the request that made it.' }),
    index: z.int().meta({ description: 'Index of the prompt.' }),
    model: z.string(),
    kind: z.enum(['image', 'video']),
    format: z.enum(['jpeg', 'png', 'webp', 'mp4']),
    width: z.int(),
    height: z.int(),
    num_frames: z.int(),
    fps: z.number().nullable(),
    seed: writtenInteger,
    url: z.string().meta({
      format: 'uri',
      description: 'Fetches the file, with a key or a session; it never changes, so it can be cached.',
    }),
    thumbnail_url: z
      .string()
      .meta({ format: 'uri', description: 'A small WebP; takes `?w=256` or `?w=512`.' }),
    bytes: z.int(),
    sha256: z.string(),
    created_at: time,
    favourite: z.boolean().meta({ description: 'Kept by retention, with its request.' }),
    tags: z.array(z.string()),
    recipe: recipeSchema.nullable().meta({ description: 'Null for what versions up to 0.1 made.' }),
  })
  .meta({ description: 'A picture or video.' });

export const picturesSchema = z
  .object({
    outputs: z.array(pictureSchema),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null at the end.' }),
  })
  .meta({ description: 'A page, newest first.' });

const moment = z.iso
  .datetime({ offset: true })
  .optional()
  .transform((text) => (text === undefined ? undefined : new Date(text)));

export const picturesQuery = z.object({
  text: storableText(500).optional().meta({ description: 'Words that are all in the prompt, in any case.' }),
  model: storableText(200).optional().meta({ description: 'Only of this model id.' }),
  lora: sha256.optional().meta({ description: 'Only with the LoRA of this SHA-256.' }),
  favourite: z
    .enum(['true', 'false'])
    .optional()
    .transform((word) => (word === undefined ? undefined : word === 'true'))
    .meta({ description: 'Only favourites, or only others.' }),
  tag: storableText(50).optional().meta({ description: 'Only with this tag.' }),
  kind: z.enum(['image', 'video']).optional(),
  from: moment.meta({ description: 'Only made at or after this moment.' }),
  to: moment.meta({ description: 'Only made before this moment.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Rows in a page.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
});
export type PicturesQuery = z.infer<typeof picturesQuery>;

export const marksSchema = z
  .object({
    favourite: z.boolean().optional(),
    tags: tags.optional().meta({ description: 'In place of those that it has.' }),
  })
  .meta({ examples: [{ favourite: true, tags: ['keep'] }] });

const pictureNameSchema = z.object({
  request_id: z.string().regex(/^[\w-]{1,64}$/, 'must be the id of a request'),
  index: z.int().min(0).max(999_999_999),
});

export const zipBodySchema = z
  .object({
    outputs: z.array(pictureNameSchema).min(1).max(2000).meta({ description: 'Which, up to 2,000.' }),
  })
  .meta({ examples: [{ outputs: [{ request_id: '01KB0T5M7Q8WZ3X9Y2R4V6N8PA', index: 0 }] }] });

export const removedSchema = z.object({ removed: z.literal(true) }).meta({ description: 'It is gone.' });

export const requestResponseSchema = z
  .object({
    ...statusFields,
    kind: z.string().meta({ description: '`render`, `train` or `import`.' }),
    dialect: z.string().meta({ description: 'API that it was sent in; `native` is this one.' }),
    priority: z.int(),
    progress: progressSchema.nullable(),
    request: z.unknown().meta({
      description:
        'The body as it was sent, in the words of its API, without tokens and pictures; null where it was not stored.',
    }),
    outputs: z.array(pictureSchema),
    warnings: z.array(z.string()),
  })
  .meta({ description: 'The request as it was sent, and what it has made so far.' });

export type PictureResponse = z.infer<typeof pictureSchema>;
export type RequestResponse = z.infer<typeof requestResponseSchema>;
