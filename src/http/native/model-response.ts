import { z } from 'zod';
import { type ModelEntry, modelSchema } from '../../catalog/define-model.ts';
import { abilityNames, optionDefaults, samplerNames } from '../../catalog/option-defaults.ts';
import { isTrainable } from '../../training/choose-engine.ts';

export const modelResponseSchema = z.object({
  id: z.string().meta({ examples: ['flux'] }),
  label: z.string().meta({ description: 'Name for people.' }),
  description: z.string().meta({ description: 'What it is good for.' }),
  task: modelSchema.shape.task.meta({ description: 'What it makes of what.' }),
  family: z.string().meta({ description: "Models of a family take each other's LoRAs." }),
  base_model: z.string().meta({ description: 'Hugging Face repository of the base checkpoint.' }),
  base_model_url: z.string().nullable().meta({ description: 'Null for a model that ships with Darkroom.' }),
  revision: z.string().meta({ description: 'Revision of the base checkpoint.' }),
  licence: z.string().meta({ description: 'Licence of the base checkpoint.' }),
  gated: z.boolean().meta({ description: 'Whether the hub wants an accepted licence and a token.' }),
  resolution_divisor: z.int().meta({ description: 'Width and height are floored to a multiple of this.' }),
  area: z.int().nullable().meta({
    description: 'Pixels that every picture has, about; width and height give its shape. Null: any.',
  }),
  maximum_area: z.int().nullable().meta({ description: 'More pixels than this are refused.' }),
  default_steps: z.int(),
  minimum_steps: z.int().meta({ description: 'Fewer are refused.' }),
  default_guidance_scale: z.number(),
  requires_control_image: z.boolean(),
  is_video_model: z.boolean(),
  default_num_frames: z.int().nullable().meta({ description: 'Null for still pictures.' }),
  default_fps: z.int().nullable().meta({ description: 'Null for still pictures.' }),
  defaults: z
    .object({
      sample_steps: z.int(),
      guidance_scale: z.number(),
      width: z.int(),
      height: z.int(),
      seed: z.int().meta({ description: 'Of the first prompt; each later one counts up.' }),
      neg: z.string().nullable(),
      num_frames: z.int().nullable(),
      fps: z.int().nullable(),
    })
    .meta({
      description: 'What a prompt gets that leaves a field out, under the names of the fields.',
    }),
  frames: z
    .object({ step: z.int(), offset: z.int() })
    .nullable()
    .meta({ description: 'Frame counts are floored to step × n + offset.' }),
  control_images: z
    .object({ minimum: z.int(), maximum: z.int() })
    .meta({ description: 'How many a prompt must and may have.' }),
  abilities: z.array(z.enum(['image_to_image', 'inpainting'])).meta({
    description:
      'What it can do with `image`: make another picture of it, and paint anew what is white in `mask_image`.',
  }),
  options: z.record(z.string(), z.boolean()).meta({
    description: 'Switches of the request that the model has, and what holds when they are left out.',
  }),
  tiled_decoding: z
    .boolean()
    .meta({ description: 'Whether requests can have it decoded in tiles, as low-memory previews are.' }),
  samplers: z.array(z.string()).meta({ description: 'Names that `sampler` of a prompt may have.' }),
  guidance: z
    .object({ kind: z.enum(['embedded', 'cfg', 'none']), negative_prompt: z.boolean() })
    .meta({ description: 'How guidance works, and whether a negative prompt does anything.' }),
  lora: z
    .object({ families: z.array(z.string()), needs_transformer: z.boolean() })
    .meta({ description: `Whose LoRAs fit, and whether each must say \`transformer\`.` }),
  trainable: z.boolean().meta({ description: 'Whether POST /v1/trainings trains LoRAs of it.' }),
  output: z
    .object({ kind: z.enum(['image', 'video']), audio: z.boolean() })
    .meta({ description: 'What it makes.' }),
  memory_gib: z.number().meta({ description: 'Estimate for weights and one default render.' }),
  notes: z.array(z.string()).meta({ description: 'What else a user should know.' }),
  docs: z.string().meta({ description: 'Page about this model, in the folder of Darkroom.' }),
  example: z.record(z.string(), z.unknown()).meta({ description: 'A body for POST /v1/inference.' }),
});

export const modelsResponseSchema = z
  .object({ models: z.array(modelResponseSchema) })
  .meta({ description: 'All models, by id.' });

export type ModelResponse = z.infer<typeof modelResponseSchema>;

/** `hasToolkit`: there is a checkout of ai-toolkit to train with. */
export function modelResponse(entry: ModelEntry, hasToolkit: boolean): ModelResponse {
  const isVideo = entry.output.kind === 'video';
  const { defaults } = entry;
  return {
    id: entry.id,
    label: entry.label,
    description: entry.description,
    task: entry.task,
    family: entry.family,
    base_model: entry.checkpoint.repository,
    base_model_url:
      entry.checkpoint.bundled === undefined ? `https://huggingface.co/${entry.checkpoint.repository}` : null,
    revision: entry.checkpoint.revision,
    licence: entry.checkpoint.licence,
    gated: entry.checkpoint.gated,
    resolution_divisor: entry.size.divisor,
    area: entry.size.area ?? null,
    maximum_area: entry.size.maximum_area ?? null,
    default_steps: defaults.sample_steps,
    minimum_steps: entry.minimum_steps,
    default_guidance_scale: defaults.guidance_scale,
    requires_control_image: entry.control_images.minimum > 0,
    is_video_model: isVideo,
    default_num_frames: isVideo ? defaults.num_frames : null,
    default_fps: isVideo ? defaults.fps : null,
    defaults: {
      sample_steps: defaults.sample_steps,
      guidance_scale: defaults.guidance_scale,
      width: defaults.width,
      height: defaults.height,
      seed: defaults.seed,
      neg: entry.guidance.negative_prompt ? defaults.negative_prompt : null,
      num_frames: isVideo ? defaults.num_frames : null,
      fps: isVideo ? defaults.fps : null,
    },
    frames: entry.size.frames ?? null,
    control_images: { minimum: entry.control_images.minimum, maximum: entry.control_images.maximum },
    abilities: abilityNames(entry),
    options: optionDefaults(entry),
    tiled_decoding: entry.tiled_decoding !== undefined,
    samplers: samplerNames(entry),
    guidance: { kind: entry.guidance.kind, negative_prompt: entry.guidance.negative_prompt },
    lora: { families: entry.lora.families, needs_transformer: entry.lora.experts !== undefined },
    trainable: isTrainable(entry, hasToolkit),
    output: entry.output,
    memory_gib: entry.memory_gib,
    notes: entry.notes,
    docs: `docs/models/${entry.id}.md`,
    example: exampleRequest(entry),
  };
}

/** A request that works on this model once the files that it names are there. */
function exampleRequest(entry: ModelEntry): Record<string, unknown> {
  const lora = { path: 'my_lora.safetensors', network_multiplier: 1 };
  const { sample_steps, guidance_scale, width, height, seed, num_frames, fps } = entry.defaults;
  const picture = entry.control_images.minimum > 0 ? { ctrl_img: 'https://example.com/picture.png' } : {};
  const video = entry.output.kind === 'video' ? { num_frames, ...(fps === null ? {} : { fps }) } : {};
  return {
    model: entry.id,
    loras:
      entry.lora.experts === undefined
        ? [lora]
        : [
            { ...lora, path: 'my_lora_high_noise.safetensors', transformer: 'high' },
            { ...lora, path: 'my_lora_low_noise.safetensors', transformer: 'low' },
          ],
    trigger_word: 'my_subject',
    prompts: [
      {
        prompt: 'a photo of [trigger]',
        ...picture,
        width,
        height,
        sample_steps,
        guidance_scale,
        seed,
        ...video,
      },
    ],
  };
}
