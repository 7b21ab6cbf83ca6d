/** The bodies of /v1/loras. */
import { z } from 'zod';

const time = z.string().meta({ format: 'date-time' });
const words = z.array(z.string());

const loraFields = {
  path: z.string().meta({ description: 'What `loras[].path` of a request names it by.' }),
  name: z.string(),
  bytes: z.int(),
  changed_at: time,
  families: z
    .array(z.object({ id: z.string(), label: z.string() }))
    .meta({ description: 'Families that it may be for, best first; empty when not recognised.' }),
  forms: words.meta({ description: 'LoRA, LoKr, LoHa, DoRA, …' }),
  ranks: z.array(z.int()),
  step: z.int().nullable().meta({ description: 'Of its training, where it says so.' }),
  trigger_words: words,
  refused: z
    .string()
    .nullable()
    .meta({ description: 'Why a request with it is refused, whatever the model.' }),
};

export const loraSchema = z.object({
  sha256: z
    .string()
    .nullable()
    .meta({ description: 'Of the file; null while it is read for the first time, and for what is no LoRA.' }),
  ...loraFields,
  fits: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether it fits the model that was asked for; null without one.' }),
});

export const lorasSchema = z
  .object({ loras: z.array(loraSchema) })
  .meta({ description: 'All of them, by path.' });

export const loraFactsSchema = z
  .object({
    sha256: z.string(),
    ...loraFields,
    alphas: z.array(z.number()).meta({ description: 'Empty: the rank counts as alpha.' }),
    keys: words.meta({ description: 'How its names are written.' }),
    dtypes: words,
    modules: z.int(),
    components: z
      .record(z.string(), z.record(z.string(), z.int()))
      .meta({ description: 'For each component, how many modules of each kind are changed.' }),
    unknown_keys: words.meta({ description: 'Keys of no known form: they change nothing.' }),
    frequent_tags: z.array(z.object({ tag: z.string(), count: z.int() })),
    training: z.object({
      step: z.number().nullable(),
      epoch: z.number().nullable(),
      images: z.number().nullable(),
      resolution: z.string().nullable(),
      software: z.string().nullable(),
      base: z.string().nullable(),
      base_file: z.string().nullable(),
      date: z.string().nullable(),
    }),
    metadata: z.record(z.string(), z.string()).meta({ description: 'As it stands in the file.' }),
    fitting_models: words.meta({
      description: 'Ids of the models that it fits, by names and widths where their base is on this machine.',
    }),
    preview: z.record(z.string(), z.unknown()).nullable().meta({
      description:
        'What the previews of its training were rendered with, as fields of POST /v1/inference: the `sample` block of the `config.yaml` beside it. Null without one.',
    }),
    fit: z
      .object({
        model: z.string(),
        fits: z.boolean(),
        problem: z.string().nullable().meta({ description: 'Why not.' }),
        ignored: z
          .array(z.object({ key: z.string(), why: z.string() }))
          .meta({ description: 'What of it changes nothing in this model.' }),
        warnings: words,
      })
      .nullable()
      .meta({ description: 'Held against the model that was asked for; null without one.' }),
  })
  .meta({ description: 'What a file says of itself.' });

export type LoraResponse = z.infer<typeof loraSchema>;
export type LoraFactsResponse = z.infer<typeof loraFactsSchema>;
export type LoraFitResponse = LoraFactsResponse['fit'];
