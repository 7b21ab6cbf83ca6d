/** How a picture was made, in the words of a request. */
import { z } from 'zod';
import { writtenInteger } from './response-schema.ts';

const text = z.string().nullable();

export const recipeSchema = z
  .object({
    model: z.string().meta({ description: 'Model id.' }),
    base_model: z.string().meta({ description: 'Repository of the base checkpoint.' }),
    revision: z.string().meta({ description: 'Its revision.' }),
    loras: z.array(
      z.object({
        path: z.string().meta({ description: 'As it was sent, without what a URL may hide.' }),
        sha256: z.string().meta({ description: 'Of the file.' }),
        network_multiplier: z.number(),
        transformer: z.enum(['high', 'low']).nullable(),
      }),
    ),
    prompt: z.string().meta({ description: 'As rendered, trigger words filled in.' }),
    neg: text,
    width: z.int(),
    height: z.int(),
    sample_steps: z.int(),
    guidance_scale: z.number(),
    guidance_rescale: z.number().nullable(),
    seed: writtenInteger,
    sampler: text.meta({ description: 'Null: that of the model.' }),
    num_frames: z.int().nullable().meta({ description: 'Videos only.' }),
    fps: z.number().nullable(),
    resolution: z.enum(['Default', 'High']).nullable(),
    options: z
      .record(z.string(), z.boolean())
      .meta({ description: 'Switches of the request, as they stood: `kv_cache`, `tiled_decoding`, …' }),
    control_images: z
      .array(z.string())
      .meta({ description: 'SHA-256 of each control picture as the model got it.' }),
    image: text.meta({ description: 'SHA-256 of the picture that it was made of, as the model got it.' }),
    mask_image: text.meta({ description: 'SHA-256 of the mask.' }),
    strength: z.number().nullable().meta({ description: 'Null where it was made of no picture.' }),
    versions: z.record(z.string(), z.string()).meta({ description: 'Of what decides the pixels.' }),
    cut: z.boolean().meta({ description: 'The prompts were too long for the file and are cut.' }),
  })
  .meta({ id: 'Recipe', description: 'How a picture was made: enough to ask for it again.' });

export type RecipeResponse = z.infer<typeof recipeSchema>;
