/**
 * The body of POST /v1/inference, field by field. The descriptions are the reference: /docs and /openapi.json show them.
 *
 * Objects are loose: a field that we do not know is accepted, and named in `warnings`. `null` means the same as leaving a
 * field out. Numbers and booleans of another JSON type are taken where pydantic takes them: see `kit/body/lax-values.ts`.
 */
import { z } from 'zod';
import { webhookEvents } from '../../../jobs/webhook.ts';
import { limits } from '../../../render/limits.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { largestSeed } from '../../../render/seed.ts';
import { describeValue } from '../../kit/body/describe-value.ts';
import { storableText } from '../../kit/storable-text.ts';

/** A field that may be left out. */
export const about = <T extends z.ZodType>(schema: T, description: string, example?: unknown) =>
  schema.nullish().meta({ description, ...(example === undefined ? {} : { examples: [example] }) });

function tooManyPrompts(prompts: unknown, most: number): string {
  return `has ${Array.isArray(prompts) ? prompts.length : 'too many'} items, and this server takes up to ${most} (MAX_PROMPTS). Send several requests, or raise the setting`;
}

const seedRange = `an integer from -1 to ${largestSeed}`;
const isSeed = (value: unknown): value is number | bigint =>
  (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) &&
  value >= -1 &&
  value <= largestSeed;
export const seed = z
  .custom<number | bigint>(isSeed, {
    error: ({ input }) => `must be ${seedRange}, and ${describeValue(input)} was received`,
  })
  .meta({ type: 'integer', format: 'int64', minimum: -1 });

const whole = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);
const decimal = ([least, most]: readonly [number, number]) => z.number().min(least).max(most);

const picture = (description: string) => about(z.string(), description);

/** What a prompt may say, and the request for prompts that do not: as an item of the trainer's `sample` block and the block. */
const sampling = (whose: string) => ({
  neg: about(
    z.union([storableText(longestPrompt), z.literal(false)]),
    `${whose}Negative prompt, where the model has one. false, as in the trainer, is none.`,
  ),
  width: about(whole(limits.side), `${whose}Pixels; floored to the divisor of the model.`, 1024),
  height: about(whole(limits.side), `${whose}Pixels; floored to the divisor of the model.`, 1024),
  sample_steps: about(whole(limits.steps), `${whose}Denoising steps.`),
  guidance_scale: about(decimal(limits.guidanceScale), `${whose}How closely the prompt is followed.`),
  guidance_rescale: about(
    decimal(limits.guidanceRescale),
    `${whose}SDXL: how far guidance is kept from changing the spread of values. Default 0, not at all.`,
  ),
  do_cfg_norm: about(
    z.boolean(),
    `${whose}Qwen-Image-Edit-2509 and later: whether guidance keeps the length of the prediction. Default false.`,
  ),
  sampler: about(
    storableText(200),
    `${whose}Name of the trainer’s sampler, for models that have several (SDXL, SD 1.5; default ddpm): see \`samplers\` of GET /v1/models. Models of flow matching have flowmatch alone, and name any other in \`warnings\`.`,
  ),
  num_frames: about(whole(limits.numFrames), `${whose}Frames of a video.`),
  fps: about(whole(limits.fps), `${whose}Frames per second of a video.`),
  image: picture(
    `${whose}Picture to begin with, on models with \`abilities\` of that kind (GET /v1/models): base64, a data URL, or an http(s) URL. It is stretched to \`width\` and \`height\`; of one of them the other follows in its shape, and without both it keeps its own size, scaled down to the pixels that the model usually makes.`,
  ),
  mask_image: picture(
    `${whose}Only with \`image\`: what is white in it is painted anew, what is black is kept. Stretched over \`image\`.`,
  ),
  strength: about(
    decimal(limits.strength),
    `${whose}Only with \`image\`: how little is left of it, as the share of the steps that are run on it. Default 0.8.`,
    0.6,
  ),
});

export const loraSchema = z.looseObject({
  path: storableText(2048)
    .min(1)
    .meta({
      description:
        'A .safetensors file: a path relative to WORKFLOWS_BASE_PATH, an http(s) URL, or `hf:owner/repo[/file]`.',
      examples: ['my_lora.safetensors'],
    }),
  network_multiplier: about(decimal(limits.scale), 'Strength of the LoRA. Default 1.', 1),
  transformer: about(
    z.enum(['low', 'high']),
    'For models with a high- and a low-noise transformer (MoE): which of them the file is for. Others refuse it.',
  ),
});

export const promptSchema = z.looseObject({
  prompt: storableText(longestPrompt).meta({
    description:
      'What to render. `[trigger]` and `[name]` in it are replaced by the trigger word; white space at both ends is left out, as in the trainer.',
    examples: ['a photo of [trigger] in the rain'],
  }),
  trigger_word: about(storableText(500), 'Replaces `[trigger]` and `[name]` in this prompt.', 'my_subject'),
  ...sampling(''),
  network_multiplier: about(
    z.union([decimal(limits.scale), z.array(decimal(limits.scale)).min(1)]),
    'Strength of the LoRAs in this prompt, in place of their own: one number for all of them, or a list with one for each.',
    0.8,
  ),
  seed: about(
    seed,
    'Default: that of the request, else 42 plus the index of the prompt. -1 draws one and tells it.',
    42,
  ),
  resolution: about(
    z.enum(['Default', 'High']),
    'High renders at twice the size, on models that can; others name it in `warnings`.',
  ),
  ctrl_img: picture(
    'Control image: base64, a data URL, or an http(s) URL of a PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP.',
  ),
  ctrl_img_1: picture('First of several control images. When any of these is given, `ctrl_img` is not used.'),
  ctrl_img_2: picture('Second control image.'),
  ctrl_img_3: picture('Third control image.'),
  ctrl_idx: about(
    whole(limits.controlIndex),
    'Flex.2: 0 fills in what is transparent in the control image, 1 follows it as a control picture. Default: by whether any of it is transparent.',
  ),
});

interface Pictures {
  image?: string | null | undefined;
  mask_image?: string | null | undefined;
}

/** A mask says what of a picture is painted, so there has to be one. An empty text is none. */
function checkMasks(
  { image, mask_image, prompts }: Pictures & { prompts: readonly Pictures[] },
  context: z.RefinementCtx,
): void {
  for (const [index, prompt] of prompts.entries()) {
    if (!(prompt.mask_image || mask_image) || prompt.image || image) continue;
    const path = prompt.mask_image ? ['prompts', index, 'mask_image'] : ['mask_image'];
    const message = 'is for a picture, and none was sent: send `image` too, or leave it out';
    context.addIssue({ code: 'custom', path, message });
    if (path.length === 1) return;
  }
}

/** How the request is rendered beyond its prompts; most of these are for some models only. */
const switches = {
  control_orientation: about(
    z.enum(['upright', 'as_stored']),
    'Whether control images, `image` and `mask_image` are turned as their EXIF orientation says. Default `upright`, as in training; `as_stored` leaves them as the trainer’s previews do.',
    'as_stored',
  ),
  kv_cache: about(
    z.boolean(),
    'Krea 2 edit: whether control images see only each other, as when the LoRA was trained. Default true.',
  ),
  match_target_res: about(
    z.boolean(),
    'Krea 2 edit: whether control images are scaled to the area of the output, as when the LoRA was trained. Default true.',
  ),
  tiled_decoding: about(
    z.boolean(),
    "Decode in tiles, as the trainer's previews do with `low_vram: true`, on models whose previews can: less memory, and slightly other pixels. Default: TILED_DECODING.",
  ),
};

export const token = z
  .string()
  .max(500)
  .regex(/^[\x21-\x7e]*$/, 'has characters that no token has: copy it again, without spaces and line ends');

/** `models`: the ids that the description lists. */
export const modelField = (models: readonly string[]) =>
  storableText(200)
    .min(1)
    .meta({
      description: ['A model id of GET /v1/models', ...(models.length === 0 ? [] : [models.join(', ')])].join(
        ': ',
      ),
      examples: ['flux'],
    });

/**
 * The schema for a server that takes up to `maxPrompts` prompts in a request. `models` are the ids of its catalog: the
 * documentation names them, and the catalog check answers an unknown one with the nearest.
 */
export function createInferenceSchema({
  maxPrompts,
  models = [],
}: {
  maxPrompts: number;
  models?: readonly string[];
}) {
  return z
    .looseObject({
      model: modelField(models),
      loras: about(
        z.array(loraSchema),
        'LoRAs to apply, together. Required, with at least one item, unless `base_only` is true.',
      ),
      base_only: about(z.boolean(), 'Render the base model without any LoRA.'),
      prompts: z
        .array(promptSchema)
        .min(1)
        .refine((list) => list.length <= maxPrompts, {
          error: ({ input }) => tooManyPrompts(input, maxPrompts),
        })
        .meta({ description: 'One picture or video each.', maxItems: maxPrompts }),
      trigger_word: about(
        storableText(500),
        'Replaces `[trigger]` and `[name]` in prompts that have no trigger word of their own. One that is in no prompt is named in `warnings`.',
      ),
      prompt_flags: about(
        z.boolean(),
        "Read flags such as `--w 512` out of prompts, as the trainer's previews do: see docs/prompts.md. Default false: they stay in the text, with a warning.",
      ),
      ...sampling('Of prompts that do not say it. '),
      network_multiplier: about(decimal(limits.scale), 'Strength of LoRAs that do not say it. Default 1.'),
      seed: about(
        seed,
        'Of prompts that have none: the same for all, as in the trainer, unless `walk_seed` is true. Default: 42, and it walks.',
      ),
      walk_seed: about(
        z.boolean(),
        'Whether seeds count up from prompt to prompt. Default: false where the request has a seed, true where it has none.',
      ),
      hf_token: about(
        token,
        'Hugging Face token for gated checkpoints and private LoRAs. Used for this request only; stored only where TOKEN_SECRET is set, sealed with it, until the request has ended.',
      ),
      ...switches,
      output_format: about(z.enum(['jpeg', 'png', 'webp']), 'Format of still pictures. Default jpeg.', 'png'),
      output_quality: about(z.int().min(1).max(100), 'Quality of JPEG and WebP. Default 95.'),
      priority: about(z.int().min(-100).max(100), 'Requests of a higher priority run first. Default 0.'),
      preview_every: about(
        z.int().min(0).max(150),
        'Send a small preview in the events every so many steps. Default 0, none.',
      ),
      webhook_url: about(
        storableText(2048),
        'Called by POST when something happens to the request, signed as standardwebhooks.com describes; see docs/webhooks.md.',
        'https://example.com/darkroom',
      ),
      webhook_events: about(
        z.array(z.enum(webhookEvents)).min(1),
        'Which events `webhook_url` is called for. Default: all but `progress`, which is told at most twice a second.',
        ['completed'],
      ),
    })
    .superRefine(checkMasks)
    .meta({
      examples: [
        {
          model: 'flux',
          loras: [{ path: 'my_lora.safetensors', network_multiplier: 1 }],
          trigger_word: 'my_subject',
          prompts: [{ prompt: 'a photo of [trigger] in the rain', width: 1024, height: 1024, seed: 42 }],
        },
      ],
    });
}

export type InferenceBody = z.output<ReturnType<typeof createInferenceSchema>>;
export type LoraBody = z.output<typeof loraSchema>;
export type PromptBody = z.output<typeof promptSchema>;
