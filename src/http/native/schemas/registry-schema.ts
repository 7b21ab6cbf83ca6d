/** The bodies of /v1/registry and /v1/uploads. */
import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';

const time = z.string().meta({ format: 'date-time' });
const url = z.string().meta({ format: 'uri' });
const modelId = z.string().meta({
  description: 'Id of the model; `loras[].path` takes it too.',
  examples: ['model_01kb0t5m7q8wz3x9y2r4v6n8pa'],
});
const privacy = z.enum(['private', 'unlisted', 'public']).meta({
  description:
    '`private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.',
});
const slug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*$/, 'must be lower-case letters, digits and single . _ - between them')
  .meta({ description: 'Name in paths: `<project>/<slug>`.', examples: ['my-style'] });
const name = storableText(200)
  .min(1)
  .meta({ description: 'Name for people.', examples: ['My style'] });
const base = z
  .string()
  .max(64)
  .meta({ description: 'Id of the base model, as GET /v1/models lists them.', examples: ['demo'] });
const epoch = z
  .union([z.int().min(0), storableText(12)])
  .meta({ description: 'Step of an epoch, or where none has that step its number.', examples: [250] });
const trigger = storableText(200).meta({ description: 'Word that calls the LoRA up.' });
const shortDescription = storableText(500).meta({ description: 'One line about it.' });
const description = storableText(100_000).meta({ description: 'Markdown about it.' });
const tags = z.array(storableText(100).min(1)).max(100).meta({ description: 'All its tags.' });
const assetIds = z.array(storableText(64)).max(150);
const concepts = z
  .array(
    z.strictObject({
      model: storableText(64).meta({ description: 'Id of a trained model.' }),
      epoch: epoch.nullish(),
      scale: z.number().min(-2).max(2).default(1).meta({ description: 'Strength, -2 to 2.' }),
    }),
  )
  .max(100)
  .meta({ description: 'LoRAs that are stacked, of one family.' });

export const modelParams = z.object({ model_id: z.string().meta({ description: 'Id of the model.' }) });
export const assetParams = z.object({ asset_id: z.string().meta({ description: 'Id of the asset.' }) });
export const newModelSchema = z
  .strictObject({
    name,
    slug: slug.nullish(),
    base: base.nullish(),
    privacy: privacy.default('private'),
    trigger_word: trigger.nullish(),
    short_description: shortDescription.default(''),
    description: description.default(''),
    tags: tags.default([]),
    concepts: concepts.nullish(),
  })
  .meta({ examples: [{ name: 'My style', base: 'demo', tags: ['ink'] }] });

export const modelChangeSchema = z
  .strictObject({
    name,
    slug,
    base: base.nullable(),
    privacy,
    trigger_word: trigger.nullable(),
    short_description: shortDescription,
    description,
    thumbnail: storableText(64).nullable().meta({ description: 'Id of an asset.' }),
    pinned_epoch: epoch.nullable().meta({
      description: 'The epoch to render with when a request names none; null: the last.',
    }),
    tags,
    examples: assetIds.meta({ description: 'Ids of assets that show what it does, in order.' }),
    concepts,
  })
  .partial()
  .meta({ examples: [{ pinned_epoch: 250 }] });
export type ModelChangeBody = z.infer<typeof modelChangeSchema>;

export const copyModelSchema = z.strictObject({
  name: name.nullish(),
  as_trained: z.boolean().default(true).meta({ description: 'With versions and epochs. Files are shared.' }),
  with_examples: z.boolean().default(true).meta({ description: 'With the examples.' }),
});

export const transferModelSchema = z.strictObject({
  project: storableText(64).meta({ description: 'Id of the project that gets it.' }),
});

const epochSchema = z
  .object({
    number: z.int(),
    step: z.int(),
    loss: z.number().nullable(),
    lora_path: z.string().meta({ description: 'For `loras[].path` of a request.' }),
    created_at: time,
    files: z.array(
      z.object({ part: z.enum(['main', 'high', 'low']), bytes: z.int(), sha256: z.string(), url }),
    ),
    samples: z
      .array(z.object({ index: z.int(), asset: z.string(), url }))
      .meta({ description: 'Previews, by the index of their prompt.' }),
  })
  .meta({ description: 'A state of the training that can be rendered with.' });

const versionSchema = z.object({
  id: z.string().meta({ description: 'SHA-256.' }),
  number: z.int(),
  origin: z.enum(['trained', 'imported', 'copied']),
  trigger_word: z.string().nullable(),
  created_at: time,
  epochs: z.array(epochSchema).meta({ description: 'Oldest first.' }),
});

export const modelSchema = z
  .object({
    id: modelId,
    name: z.string(),
    full_name: z.string().meta({ description: '`<project>/<slug>`, which `loras[].path` takes too.' }),
    slug: z.string(),
    project: z.string(),
    kind: z.enum(['lora', 'composition']),
    is_base: z.boolean().meta({ description: 'A base model of the catalog, which nobody can change.' }),
    base: z.string().nullable(),
    status: z.enum(['new', 'training', 'trained', 'failed', 'training-canceled']),
    privacy,
    source: z.enum(['created', 'file', 'url', 'huggingface', 'civitai', 'ai-toolkit']),
    source_url: z.string().nullable(),
    trigger_word: z.string().nullable(),
    short_description: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    concepts: z.array(
      z.object({
        model: z.string(),
        version: z.string().nullable(),
        epoch: z.int().nullable(),
        scale: z.number(),
      }),
    ),
    thumbnail: z.string().nullable(),
    examples: z.array(z.string()),
    training_images: z.int().meta({ description: 'How many there are.' }),
    current_version: z.string().nullable(),
    pinned_epoch: z.int().nullable().meta({ description: 'Its number within the current version.' }),
    parent: z.string().nullable().meta({ description: 'Model that it is a copy of.' }),
    author: z.string().nullable(),
    created_at: time,
    updated_at: time,
    deleted_at: time.nullable(),
  })
  .meta({ description: 'A model of the registry.' });
export type ModelResponse = z.infer<typeof modelSchema>;

export const modelDetailsSchema = modelSchema
  .extend({ versions: z.array(versionSchema).meta({ description: 'Newest first.' }) })
  .meta({ description: 'A model with its versions and epochs.' });
export type ModelDetailsResponse = z.infer<typeof modelDetailsSchema>;

const cursor = z
  .string()
  .nullable()
  .meta({ description: '`cursor` of the next page; null: this is the last.' });
export const modelListSchema = z
  .object({ models: z.array(modelSchema), next_cursor: cursor })
  .meta({ description: 'A page of models.' });

export const assetSchema = z
  .object({
    id: z.string(),
    project: z.string(),
    kind: z.enum(['image', 'video']),
    name: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    duration: z.number().nullable(),
    bytes: z.int(),
    content_type: z.string(),
    sha256: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    source: z.enum(['uploaded', 'imported', 'rendered', 'sampled']),
    metadata: z.unknown(),
    privacy,
    url: url.meta({ description: 'Its file.' }),
    created_at: time,
    updated_at: time,
  })
  .meta({ description: 'A picture or clip.' });
export type AssetResponse = z.infer<typeof assetSchema>;
export const assetListSchema = z
  .object({ assets: z.array(assetSchema), next_cursor: cursor })
  .meta({ description: 'A page of assets.' });
export const assetChangeSchema = z
  .strictObject({ name, description: description, privacy, tags })
  .partial()
  .meta({ examples: [{ description: 'a red apple on a table' }] });

export const importBodySchema = z
  .strictObject({
    path: storableText(4096)
      .nullish()
      .meta({ description: 'A .safetensors file or a job folder of ai-toolkit, on the server.' }),
    url: storableText(4096).nullish().meta({
      description: 'A URL of a LoRA, a page of CivitAI with ?modelVersionId, or `hf:owner/repo[/file]`.',
    }),
    upload: storableText(64).nullish().meta({ description: 'Id of a completed upload.' }),
    model: storableText(64)
      .nullish()
      .meta({ description: 'Id of a model to add it to, as a new version or more epochs.' }),
    name: name.nullish(),
    slug: slug.nullish(),
    base: base.nullish(),
    trigger_word: trigger.nullish(),
    privacy: privacy.default('private'),
    description: description.default(''),
    tags: tags.default([]),
    dataset: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether the training set of a job folder is taken too, where it can be read.' }),
    hf_token: storableText(500)
      .nullish()
      .meta({ description: 'For private repositories; used for this import only.' }),
  })
  .meta({
    examples: [{ path: '/home/me/ai-toolkit/output/my_style' }, { url: 'hf:someone/a-lora', base: 'flux' }],
  });
export type ImportBody = z.infer<typeof importBodySchema>;

export const importSchema = z
  .object({
    import_id: z.string(),
    status: z.enum(['in_queue', 'in_progress', 'succeeded', 'failed', 'canceled']),
    model: modelId.meta({ description: 'Id that the model has or gets.' }),
    model_url: url,
    status_url: url,
    events_url: url.meta({ description: 'Server-sent events of this import.' }),
    cancel_url: url.meta({ description: 'POST here to cancel.' }),
    is_finished: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the training of the folder has ended; null until it is imported.' }),
    warnings: z.array(z.string()),
    error: z.string().nullable(),
    error_code: z.string().nullable(),
  })
  .meta({ description: 'How an import stands.' });
export type ImportResponse = z.infer<typeof importSchema>;

export const newUploadSchema = z
  .strictObject({
    name: storableText(255)
      .min(1)
      .meta({ description: 'Name of the file.', examples: ['my_lora.safetensors'] }),
    bytes: z
      .int()
      .min(1)
      .max(16 * 2 ** 30)
      .nullish()
      .meta({ description: 'Size of the whole file; then no other is taken.' }),
  })
  .meta({ examples: [{ name: 'my_lora.safetensors', bytes: 1628728 }] });

export const uploadSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(['open', 'checking', 'done', 'failed']),
    bytes: z.int().nullable(),
    parts: z
      .array(z.object({ number: z.int(), bytes: z.int(), sha256: z.string() }))
      .meta({ description: 'Those that have arrived.' }),
    sha256: z.string().nullable().meta({ description: 'Of the whole file, once it is complete.' }),
    parts_url: url.meta({ description: 'PUT each part to this, with `/<number>` behind it.' }),
    expires_at: time,
  })
  .meta({ description: 'A file on its way in.' });
export type UploadResponse = z.infer<typeof uploadSchema>;
