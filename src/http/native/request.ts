import { usualWebhookEvents } from '../../jobs/webhook.ts';
import type { LoraRequest, PromptRequest } from '../../render/request.ts';
import { toSeed } from '../../render/seed.ts';
import { usualFit } from '../../render/source-picture.ts';
import type { Submission } from '../kit/accept-request.ts';
import type { InferenceBody, LoraBody, PromptBody } from './schemas/request-schema.ts';
import { unknownFieldWarnings } from './unknown-fields.ts';

/** A checked body in the words of the rest of Darkroom. `topFields` are the names that the schema of the body knows. */
export function toSubmission(body: InferenceBody, topFields: readonly string[]): Submission {
  return {
    request: {
      model: body.model,
      loras: (body.loras ?? []).map((lora) => toLora(lora, body)),
      baseOnly: body.base_only ?? false,
      prompts: body.prompts.map((prompt) => toPrompt(prompt, body)),
      triggerWord: textOrNull(body.trigger_word),
      promptFlags: body.prompt_flags ?? false,
      seed: seedOf(body.seed),
      walkSeed: body.walk_seed ?? null,
      output: { format: body.output_format ?? 'jpeg', quality: body.output_quality ?? 95 },
      priority: body.priority ?? 0,
      previewEvery: body.preview_every ?? 0,
      controlOrientation: body.control_orientation ?? null,
      options: {
        kvCache: body.kv_cache ?? null,
        matchTargetRes: body.match_target_res ?? null,
        cfgNorm: body.do_cfg_norm ?? null,
        tiledDecoding: body.tiled_decoding ?? null,
      },
    },
    hfToken: textOrNull(body.hf_token),
    webhook: toWebhook(body),
    warnings: [...unknownFieldWarnings(body, topFields), ...promptWarnings(body)],
  };
}

function toWebhook({ webhook_url, webhook_events }: InferenceBody): Submission['webhook'] {
  const url = textOrNull(webhook_url);
  return url === null ? null : { url, events: [...new Set(webhook_events ?? usualWebhookEvents)] };
}

function toLora(lora: LoraBody, body: InferenceBody): LoraRequest {
  const scale = lora.network_multiplier ?? body.network_multiplier ?? 1;
  return { path: lora.path, scale, expert: lora.transformer ?? null };
}

/** What the prompt does not say, the request may say for all of them. */
function toPrompt(prompt: PromptBody, body: InferenceBody): PromptRequest {
  return {
    prompt: prompt.prompt,
    triggerWord: textOrNull(prompt.trigger_word),
    negativePrompt: negativePrompt(prompt.neg ?? body.neg),
    secondNegativePrompt: null,
    width: prompt.width ?? body.width ?? null,
    height: prompt.height ?? body.height ?? null,
    steps: prompt.sample_steps ?? body.sample_steps ?? null,
    guidanceScale: prompt.guidance_scale ?? body.guidance_scale ?? null,
    guidanceRescale: prompt.guidance_rescale ?? body.guidance_rescale ?? null,
    cfgNorm: prompt.do_cfg_norm ?? null,
    scales: prompt.network_multiplier ?? null,
    seed: seedOf(prompt.seed),
    sampler: textOrNull(prompt.sampler ?? body.sampler),
    numFrames: prompt.num_frames ?? body.num_frames ?? null,
    fps: prompt.fps ?? body.fps ?? null,
    resolution: prompt.resolution ?? null,
    controlImages: controlImages(prompt),
    controlIndex: prompt.ctrl_idx ?? null,
    source: toSource(prompt, body),
  };
}

/** A mask has an image: the schema has seen to it. */
function toSource(prompt: PromptBody, body: InferenceBody): PromptRequest['source'] {
  const image = textOrNull(prompt.image) ?? textOrNull(body.image);
  if (image === null) return null;
  const mask = textOrNull(prompt.mask_image) ?? textOrNull(body.mask_image);
  return { image, mask, strength: prompt.strength ?? body.strength ?? null, fit: usualFit };
}

const seedOf = (seed: PromptBody['seed']) =>
  typeof seed === 'undefined' || seed === null ? null : toSeed(seed);

/** `false`, the trainer's word for none, is an empty one. */
function negativePrompt(neg: PromptBody['neg']): string | null {
  return neg === false ? '' : (neg ?? null);
}

/** The numbered images win over `ctrl_img`, as in the reference server; an empty string counts as absent. */
function controlImages(prompt: PromptBody): string[] {
  const numbered = [prompt.ctrl_img_1, prompt.ctrl_img_2, prompt.ctrl_img_3].filter(isGiven);
  return numbered.length > 0 ? numbered : [prompt.ctrl_img].filter(isGiven);
}

function promptWarnings(body: InferenceBody): string[] {
  const isIdle =
    typeof body.strength === 'number' && body.prompts.every((prompt) => toSource(prompt, body) === null);
  const ofPrompts = body.prompts.flatMap((prompt, index) => [
    ...(prompt.prompt.trim() === ''
      ? [`prompts[${index}].prompt is empty; the model renders whatever comes to it.`]
      : []),
    ...(isGiven(prompt.ctrl_img) && [prompt.ctrl_img_1, prompt.ctrl_img_2, prompt.ctrl_img_3].some(isGiven)
      ? [`prompts[${index}].ctrl_img was not used, because numbered control images were given.`]
      : []),
    ...(typeof prompt.strength === 'number' && toSource(prompt, body) === null
      ? [`prompts[${index}].strength was not used: it is for a picture to begin with (\`image\`).`]
      : []),
  ]);
  return isIdle
    ? ['strength was not used: it is for a picture to begin with (`image`).', ...ofPrompts]
    : ofPrompts;
}

const isGiven = (value: string | null | undefined): value is string =>
  typeof value === 'string' && value !== '';

const textOrNull = (value: string | null | undefined): string | null => (isGiven(value) ? value : null);
