/** How a picture was made, in the words of a request. */
import { z } from 'zod';
import { writtenInteger } from './response-schema.ts';

const text = z.string().nullable();

export const recipeSchema = z
  .object({
    model: z.string().meta({ description: 'Model id.' }),
    base_model: z.string().meta({ description: 'Repository of the base checkpoint.' }),
    revision: z.string().meta({ description: 'Its revision.' }),
    commits: z.record(z.string(), z.string()).meta({
      description:
        'Commit of each repository that a part was loaded from; for a folder that does not tell it, `files:` and a hash of the names and sizes of its files. Empty for what versions up to 0.1 made.',
    }),
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
    output_format: text.meta({
      description: 'How the file was encoded; null for videos and where the file does not say.',
    }),
    output_quality: z.number().nullable(),
    device: text.meta({ description: 'That it was rendered on.' }),
    dtype: text.meta({ description: 'That the weights were held in.' }),
    quantization: text.meta({
      description: 'How the denoiser was held in fewer bits; null when it was not.',
    }),
    versions: z.record(z.string(), z.string()).meta({ description: 'Of what decides the pixels.' }),
    darkroom: text.meta({ description: 'Version of Darkroom.' }),
    recipe_version: z
      .int()
      .meta({ description: '1 for what versions up to 0.1 made, which lacks `commits`, `device` and more.' }),
    cut: z.boolean().meta({ description: 'The prompts were too long for the file and are cut.' }),
  })
  .meta({ id: 'Recipe', description: 'How a picture was made: enough to ask for it again.' });

export type RecipeResponse = z.infer<typeof recipeSchema>;
