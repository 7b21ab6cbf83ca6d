/** The bodies of /v1/presets. */
import { z } from 'zod';
import { largestSeed } from '../../../render/seed.ts';
import { storableText } from '../../kit/storable-text.ts';
import { createInferenceSchema } from './request-schema.ts';

const { neg, width, height, sample_steps, guidance_scale, guidance_rescale, ...rest } = createInferenceSchema(
  {
    maxPrompts: 1,
  },
).shape;
const { do_cfg_norm, sampler, num_frames, fps, strength, walk_seed, trigger_word } = rest;
const { network_multiplier, kv_cache, match_target_res, tiled_decoding, output_format, output_quality } =
  rest;

/** What of a request is the same from picture to picture. */
const settingsSchema = z
  .strictObject({
    ...{ neg, width, height, sample_steps, guidance_scale, guidance_rescale, do_cfg_norm, sampler },
    ...{ num_frames, fps, strength, walk_seed, trigger_word, network_multiplier },
    ...{ kv_cache, match_target_res, tiled_decoding, output_format, output_quality },
    resolution: z.enum(['Default', 'High']).nullish().meta({ description: 'Of each prompt.' }),
    seed: z
      .int()
      .min(-1)
      .max(Math.min(Number.MAX_SAFE_INTEGER, Number(largestSeed)))
      .nullish()
      .meta({ description: 'As `seed` of a request.' }),
  })
  .meta({ description: 'Fields of POST /v1/inference that are the same from picture to picture.' });

export const newPresetSchema = z
  .object({
    name: storableText(100)
      .trim()
      .min(1)
      .meta({ description: 'One of the same name gives way to it.', examples: ['Tall, 30 steps'] }),
    model: storableText(200).min(1).nullish().meta({ description: 'Model id that it is for. Default: any.' }),
    settings: settingsSchema,
  })
  .meta({
    examples: [{ name: 'Tall, 30 steps', settings: { width: 768, height: 1024, sample_steps: 30 } }],
  });

export const presetSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    model: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()).meta({ description: 'Fields of POST /v1/inference.' }),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ description: 'A preset.' });

export const presetsSchema = z
  .object({ presets: z.array(presetSchema) })
  .meta({ description: 'Those of the key, by name.' });

export const removedPresetSchema = z
  .object({ removed: z.boolean().meta({ description: 'False when the key has no such preset.' }) })
  .meta({ description: 'It is gone.' });
