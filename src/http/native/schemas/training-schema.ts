/**
 * The bodies of /v1/trainings, field by field. As in /v1/inference, unknown fields are accepted and named in `warnings`, and `null`
 * means the same as leaving a field out.
 */
import { z } from 'zod';
import { optimizerSchema, timestepsSchema } from '../../../catalog/define-training.ts';
import { webhookEvents } from '../../../jobs/webhook.ts';
import { limits } from '../../../render/limits.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { captionModes, trainingEngines, trainingLimits } from '../../../training/training-request.ts';
import { storableText } from '../../kit/storable-text.ts';
import { about, seed, token } from './request-schema.ts';
import { failure, progressSchema, statusSchema } from './response-schema.ts';

const whole = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);
const decimal = ([least, most]: readonly [number, number]) => z.number().min(least).max(most);

const datasetItem = z.union([
  storableText(64 * 2 ** 20).min(1),
  z.looseObject({
    image: z.string().min(1).meta({ description: 'An http(s) URL, a data URL, or base64.' }),
    caption: about(storableText(10_000), 'What is in the picture.'),
    name: about(storableText(200), 'What errors and warnings call it.'),
  }),
]);

const samplePrompt = z.looseObject({
  prompt: storableText(longestPrompt).meta({
    description: '`[trigger]` and `[name]` in it are replaced by the trigger word.',
  }),
  neg: about(storableText(longestPrompt), 'Negative prompt, where the model has one.'),
  width: about(whole(limits.side), 'Pixels; floored to the divisor of the model.'),
  height: about(whole(limits.side), 'Pixels; floored to the divisor of the model.'),
  seed: about(seed, 'Default: that of the samples, counting up.'),
  sample_steps: about(whole(limits.steps), 'Denoising steps.'),
  guidance_scale: about(decimal(limits.guidanceScale), 'How closely the prompt is followed.'),
});

export const samplesSchema = z.looseObject({
  every: about(whole(trainingLimits.steps), 'Steps between samples. Default: `save_every`.'),
  seed: about(seed, 'Of the first prompt; those after it count up. Default 42.', 42),
  prompts: about(
    z.array(z.union([storableText(longestPrompt).transform((prompt) => ({ prompt })), samplePrompt])).max(16),
    'What is rendered with each epoch. Default: two captions of the set. An empty list is none.',
    ['[trigger] on a table'],
  ),
});

export const captionsSchema = z.looseObject({
  mode: about(
    z.enum(captionModes),
    '`file` (default): those of the set. `template`: `text` for all. `endpoint`: those of the set, and for pictures without one what the model at CAPTION_URL writes. `none`: the trigger word alone.',
  ),
  text: about(
    storableText(10_000),
    'For `template`: `a photo of [trigger]`. For `endpoint`: what the model is asked. Default: to describe the picture.',
  ),
  prefix: about(storableText(1000), 'What each caption of the endpoint begins with.'),
  suffix: about(storableText(1000), 'What each caption of the endpoint ends with.'),
});

export const trainingBodySchema = z
  .looseObject({
    base: about(storableText(200), 'Id of the base model, as in GET /v1/models.', 'demo'),
    model: about(
      storableText(200),
      'A LoRA of the registry (`model_…`) that is trained again, in place of `base`: it gets another version.',
    ),
    name: about(storableText(200), 'Name of the new LoRA. Default: the trigger word.'),
    dataset: about(
      z.union([datasetItem, z.array(datasetItem).max(2000)]),
      'The training set: http(s) URLs or data URLs of an archive (zip, tar, tar.gz) or of pictures, or objects with `image` and `caption`. Files can be sent as multipart/form-data instead. Left out with `model`: the training images that the model has.',
      ['https://example.com/pictures.zip'],
    ),
    folder: about(storableText(4096), 'A folder of the server with the set, for admins.'),
    skip_bad: about(
      z.boolean(),
      'Leave out files that cannot be used instead of refusing the set. Default false.',
    ),
    captions: about(captionsSchema, 'Where captions come from.'),
    engine: about(
      z.enum(['auto', ...trainingEngines]),
      'Who trains. `auto` (default): Darkroom itself where it trains the model (`builtin`), else a checkout of ai-toolkit (`ai-toolkit`), where AI_TOOLKIT_PATH names one.',
    ),
    trigger_word: about(
      storableText(500),
      'The word that calls what is trained. Default: that of `model`; an empty text is none.',
      'my_subject',
    ),
    steps: about(
      whole(trainingLimits.steps),
      'Updates of the weights. Default: by the model and the size of the set.',
    ),
    learning_rate: about(z.number().positive().max(1), 'Default: that of the model, mostly 1e-4.'),
    batch_size: about(whole(trainingLimits.batchSize), 'Pictures of one pass.'),
    gradient_accumulation: about(whole(trainingLimits.accumulation), 'Passes of one update. Default 1.'),
    rank: about(whole(trainingLimits.rank), 'Rank of the LoRA. Default 16.'),
    alpha: about(z.number().positive().max(1024), 'Default: the rank.'),
    resolutions: about(
      z.array(whole(trainingLimits.side)).min(1).max(8),
      'Every picture is trained once at each: the side of a square of as many pixels.',
      [512, 768],
    ),
    caption_dropout: about(decimal([0, 1]), 'Share of captions that are left out. Default 0.05.'),
    keep_tokens: about(
      whole([0, 100]),
      'Mix the parts of captions between commas, but for the first so many.',
    ),
    flip: about(z.boolean(), 'Mirror half of the pictures. Default false.'),
    optimizer: about(optimizerSchema, 'Default: that of the model.'),
    weight_decay: about(decimal([0, 1]), 'Default 1e-4.'),
    ema_decay: about(
      z.number().min(0).lt(1),
      'Write files from a running mean of the weights. Default 0, none.',
      0.99,
    ),
    lr_scheduler: about(
      z.enum(['constant', 'constant_with_warmup', 'linear', 'cosine', 'polynomial']),
      'Default constant.',
    ),
    warmup_steps: about(whole([0, 40_000]), 'Steps in which the rate rises from nothing. Default 0.'),
    timesteps: about(
      timestepsSchema,
      'How noisy the pictures are that it learns from. Default: as the trainer for this model.',
    ),
    content_or_style: about(
      z.enum(['balanced', 'content', 'style']),
      'Learn more from noisy pictures (content), or from clear ones (style). Default balanced.',
    ),
    min_snr_gamma: about(z.number().positive().max(100), 'For SD 1.5 and SDXL.'),
    only_if_contains: about(
      z.array(storableText(200)).min(1).max(100),
      'Train only layers whose name contains one of these.',
    ),
    ignore_if_contains: about(
      z.array(storableText(200)).max(100),
      'Leave out layers whose name contains one of these.',
    ),
    layers_regex: about(
      storableText(500),
      'Train only layers whose name this regular expression is found in.',
    ),
    seed: about(seed, 'Of the training. Default: drawn, and told.'),
    gradient_checkpointing: about(
      z.enum(['auto', 'on', 'off']),
      'Compute twice to save memory. Default auto.',
    ),
    preserve: about(
      z.enum(['none', 'class', 'blank']),
      'Hold the model to what it was: for the class in place of the trigger word, or for no text. Takes more time. Default: by the model.',
    ),
    preserve_class: about(storableText(200), 'The word of the class, such as `person`.'),
    save_every: about(whole(trainingLimits.steps), 'Steps between epochs. Default: a tenth of all.'),
    keep: about(
      whole(trainingLimits.keep),
      'Epochs that stay, the newest ones; those before make room. Default: all.',
    ),
    samples: about(samplesSchema, 'Pictures that show how far it is.'),
    priority: about(z.int().min(-100).max(100), 'Default -1: after renders that wait.'),
    hf_token: about(token, 'Hugging Face token for gated checkpoints. Used for this training only.'),
    webhook_url: about(
      storableText(2048),
      'Called by POST when the training starts and ends; see docs/webhooks.md.',
    ),
    webhook_events: about(z.array(z.enum(webhookEvents)).min(1), 'Default: all but `progress`.'),
  })
  .meta({
    examples: [{ base: 'demo', trigger_word: 'my_style', dataset: ['https://example.com/pictures.zip'] }],
  });
export type TrainingBody = z.output<typeof trainingBodySchema>;

export const extensionBodySchema = z
  .object({
    steps: whole(trainingLimits.steps).meta({
      description: 'Updates of the weights on top of those that were done.',
    }),
  })
  .meta({ examples: [{ steps: 100 }] });

export const trainingParams = z.object({
  training_id: z.string().meta({ description: 'The `training_id` that POST /v1/trainings answered with.' }),
});

const time = z.string().meta({ format: 'date-time' });
const url = z.string().meta({ format: 'uri' });

const epochSchema = z.object({
  number: z.int(),
  step: z.int().meta({ description: 'Updates of the weights that it holds.' }),
  loss: z.number().nullable(),
  lora: z.string().meta({ description: 'What to send as `loras[].path` to render with it.' }),
  samples: z.array(z.object({ index: z.int(), prompt: z.string(), url })),
});

export const trainingResponseSchema = z
  .object({
    training_id: z.string(),
    model: z
      .string()
      .meta({ description: 'Id of the LoRA in the registry: send it as `loras[].path` to render with it.' }),
    name: z.string().meta({ description: 'Name of the LoRA in the registry.' }),
    version: z
      .string()
      .nullable()
      .meta({ description: 'The version that it writes; null before it has begun.' }),
    base: z.string().meta({ description: 'Id of the base model.' }),
    engine: z.enum(trainingEngines),
    continues: z.string().nullable().meta({ description: 'The training that it goes on from, if any.' }),
    trigger_word: z.string().nullable(),
    status: z.enum([...statusSchema.options, 'paused']),
    step: z.int(),
    steps: z.int(),
    loss: z.number().nullable(),
    seconds_per_step: z.number().nullable(),
    pictures: z.int(),
    seed: z.union([z.int(), z.string()]),
    progress: progressSchema.nullable(),
    epochs: z.array(epochSchema),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    ...failure,
    warnings: z.array(z.string()),
    events_url: url,
    loss_url: url,
    cancel_url: url,
  })
  .meta({ description: 'A training.' });
export type TrainingResponse = z.infer<typeof trainingResponseSchema>;

/** What is in a training and what it is trained with, told with the names of the body. */
const settled = {
  settings: z.record(z.string(), z.unknown()).meta({
    description: 'Every setting with its default filled in, by the names of POST /v1/trainings.',
  }),
};

export const trainingPlanResponseSchema = z
  .object({
    base: z.string(),
    engine: z.enum(trainingEngines),
    pictures: z.int(),
    captions: z.int().meta({ description: 'Pictures with a caption.' }),
    with_trigger: z.int().meta({ description: 'Captions that have the trigger word in them themselves.' }),
    steps: z.int(),
    epochs: z.int(),
    seconds: z.number().nullable().meta({
      description: 'By the pace of the newest training of this base here; null where there was none.',
    }),
    sample_prompts: z.array(z.string()),
    ...settled,
    warnings: z.array(z.string()),
  })
  .meta({ description: 'What the training would be. Nothing was stored.' });

export const trainingDetailsSchema = z
  .object({
    ...settled,
    samples: z.array(
      z.object({
        index: z.int(),
        prompt: z.string(),
        neg: z.string().nullable(),
        width: z.int(),
        height: z.int(),
        seed: z.union([z.int(), z.string()]),
        sample_steps: z.int(),
        guidance_scale: z.number(),
        num_frames: z.int().nullable(),
        fps: z.int().nullable(),
      }),
    ),
    network_multiplier: z.number().meta({ description: 'Strength of the LoRA in the samples.' }),
    dataset: z.array(
      z.object({
        index: z.int(),
        name: z.string(),
        caption: z.string().meta({ description: 'Empty: it is trained with the trigger word alone.' }),
        width: z.int().nullable(),
        height: z.int().nullable(),
        url: url.meta({ description: 'A small picture of it, a WebP.' }),
      }),
    ),
  })
  .meta({ description: 'What a training is made of.' });

export const trainingListSchema = z
  .object({
    trainings: z.array(trainingResponseSchema),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null at the end.' }),
  })
  .meta({ description: 'A page.' });

export const lossResponseSchema = z
  .object({
    points: z
      .array(z.object({ step: z.int(), loss: z.number(), lr: z.number() }))
      .meta({ description: 'Up to about 2000, whatever the number of steps.' }),
  })
  .meta({ description: 'The points of the curve.' });
