/**
 * Requests that are refused or warned of, in native's words: one for every sentence that the core says about a request. Tests
 * of another dialect translate them.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { ModelDefinition } from '../catalog/define-model.ts';
import { flux } from '../catalog/families/flux.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { kohyaPair, writeSafetensors } from '../loras/file/header/safetensors.fixture.ts';
import { plainBody, type TestApp } from './app.fixture.ts';

const twoSided: ModelDefinition = {
  ...flux,
  id: 'two_sided',
  label: 'Two sides',
  task: 'text_to_image',
  description:
    'A mixture of experts whose pictures have sides of a multiple of 128, and that makes pictures of whole pictures alone.',
  checkpoint: { repository: 'example/two-sided', licence: 'none' },
  defaults: { sample_steps: 2, guidance_scale: 1 },
  size: { divisor: 128 },
  abilities: { image_to_image: flux.abilities.image_to_image },
  lora: { ...flux.lora, experts: { high: 'transformer', low: 'transformer_2' } },
  memory_gib: 1,
};

/** A folder for CATALOG_PATH with a mixture of experts that is small. */
export async function writeTestModels(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-models-'));
  await writeFile(path.join(folder, 'two_sided.json'), JSON.stringify(twoSided));
  return folder;
}

/** The LoRA files that the requests name. */
export async function writeTestLoras({ config }: Pick<TestApp, 'config'>): Promise<void> {
  const file = (name: string): string => path.join(config.lorasFolder, name);
  const sdxl = 'lora_unet_down_blocks_2_attentions_0_transformer_blocks_9_attn1_to_q';
  const fluxModule = 'lora_unet_single_blocks_0_linear2';
  await writeFile(file('page.safetensors'), '<!doctype html><html></html>');
  await writeSafetensors(file('sdxl.safetensors'), kohyaPair(sdxl, 1280, 1280));
  await writeSafetensors(file('fits.safetensors'), {
    ...kohyaPair(fluxModule, 15360, 3072),
    ...kohyaPair('lora_unet_nowhere_at_all', 64, 64),
  });
}

export interface AwkwardRequest {
  body: Record<string, unknown>;
  /** Absent: it is accepted, with warnings. */
  code?: ErrorCode;
  /** Sent to a server that takes one LoRA and lets one request wait. */
  isNarrow?: boolean;
}

const small = { width: 64, height: 64 };
const plain = { path: 'fits.safetensors' };
const low = { path: 'fits.safetensors', transformer: 'low' };
const picture = async (width: number, height: number): Promise<string> => {
  const pixels = { create: { width, height, channels: 3 as const, background: '#b33' } };
  return (await sharp(pixels).jpeg().withMetadata({ orientation: 6 }).toBuffer()).toString('base64');
};
const withLoras = (...loras: object[]) => ({ ...plainBody, model: 'flux', base_only: false, loras });
const prompted = (prompt: object, rest: object = {}) => ({
  ...plainBody,
  prompts: [{ prompt: 'x', ...prompt }],
  ...rest,
});

/** By name. */
export async function awkwardRequests(): Promise<Record<string, AwkwardRequest>> {
  const [ctrl_img, tiny, thin] = await Promise.all([picture(96, 64), picture(32, 32), picture(64, 8)]);
  return {
    ...refusedLoras,
    ...refusedPrompts(ctrl_img, tiny),
    ...refusedSources(ctrl_img, thin),
    ...warnedModels(ctrl_img),
    ...warnedSources(ctrl_img, tiny),
    ...warnedTexts,
  };
}

const refusedLoras: Record<string, AwkwardRequest> = {
  'no such model': { body: { ...plainBody, model: 'dmeo' }, code: 'MODEL_NOT_FOUND' },
  'no LoRA': { body: { ...plainBody, base_only: false }, code: 'LORA_FILE_REQUIRED' },
  'a LoRA from elsewhere': {
    body: withLoras({ path: '../../etc/passwd.safetensors' }),
    code: 'LORA_NOT_FOUND',
  },
  'no such LoRA': { body: withLoras({ path: 'nowhere.safetensors' }), code: 'LORA_NOT_FOUND' },
  'a LoRA of another format': { body: withLoras({ path: 'a.ckpt' }), code: 'LORA_INVALID' },
  'a page for a LoRA': { body: withLoras({ path: 'page.safetensors' }), code: 'LORA_INVALID' },
  'a LoRA of another family': { body: withLoras({ path: 'sdxl.safetensors' }), code: 'LORA_INCOMPATIBLE' },
  'a host that does not answer': {
    body: withLoras({ path: 'http://127.0.0.1:9/a.safetensors' }),
    code: 'LORA_DOWNLOAD_FAILED',
  },
  'two LoRAs for a server that takes one': {
    body: withLoras(plain, plain),
    code: 'SINGLE_LORA_ONLY',
    isNarrow: true,
  },
  'nine LoRAs': {
    body: withLoras(...Array.from({ length: 9 }, () => plain)),
    code: 'TOO_MANY_LORAS',
  },
  'a mixture of experts without a side': {
    body: { ...withLoras(plain), model: 'two_sided' },
    code: 'MOE_FORMAT_REQUIRED',
  },
  'a side for a model that has one transformer': { body: withLoras(low), code: 'MOE_FORMAT_NOT_SUPPORTED' },
  'two LoRAs for one side': {
    body: { ...withLoras(low, low), model: 'two_sided' },
    code: 'SINGLE_MOE_CONFIG_ONLY',
    isNarrow: true,
  },
};

const long = '[trigger] '.repeat(60);

const refusedPrompts = (ctrl_img: string, tiny: string): Record<string, AwkwardRequest> => ({
  'a flag of a wrong value': {
    body: prompted({ prompt: 'x --w wide' }, { prompt_flags: true }),
    code: 'PROMPT_INVALID',
  },
  'two strengths for one LoRA': {
    body: { ...withLoras(plain), prompts: [{ prompt: 'x', network_multiplier: [1, 2] }] },
    code: 'PROMPT_INVALID',
  },
  'no such sampler': { body: prompted({ sampler: 'dpdm' }, { model: 'sdxl' }), code: 'PROMPT_INVALID' },
  'too few steps': {
    body: prompted({ sample_steps: 1 }, { model: 'qwen_image' }),
    code: 'PROMPT_INVALID',
  },
  'no control image': { body: prompted({}, { model: 'flux_kontext' }), code: 'CONTROL_IMAGE_REQUIRED' },
  'none of several control images': {
    body: prompted({}, { model: 'qwen_image_edit_plus' }),
    code: 'CONTROL_IMAGE_REQUIRED',
  },
  'a control image that is none': {
    body: prompted({ ctrl_img: 'bm90IGEgcGljdHVyZQ==' }, { model: 'flux_kontext' }),
    code: 'CONTROL_IMAGE_INVALID',
  },
  'a control image that is not base64': {
    body: prompted({ ctrl_img: '???' }, { model: 'flux_kontext' }),
    code: 'CONTROL_IMAGE_INVALID',
  },
  'a control image that is too small': {
    body: prompted({ ctrl_img: tiny }, { model: 'flux2' }),
    code: 'CONTROL_IMAGE_INVALID',
  },
  'a side of 0': { body: prompted({ width: 64 }, { model: 'two_sided' }), code: 'SIZE_INVALID' },
  'too many pixels': {
    body: prompted({ width: 4096, height: 4096, ctrl_img }, { model: 'hidream_e1' }),
    code: 'SIZE_INVALID',
  },
  'a webhook that may not be called': {
    body: { ...plainBody, webhook_url: 'http://169.254.169.254/' },
    code: 'WEBHOOK_INVALID',
  },
  'a webhook that is this server': {
    body: { ...plainBody, webhook_url: 'http://localhost/hook' },
    code: 'WEBHOOK_INVALID',
  },
  'a trigger word that fills too much': {
    body: prompted({ prompt: long, trigger_word: 'y'.repeat(500) }),
    code: 'INVALID_REQUEST',
  },
  'values that are not in range': {
    body: {
      ...prompted({ width: 9, height: -1, sample_steps: 0, guidance_scale: 99, fps: 'x' }),
      hf_token: 'two words',
      loras: [{ path: '', network_multiplier: 99, transformer: 'middle' }],
    },
    code: 'INVALID_REQUEST',
  },
  'nothing at all': { body: {}, code: 'INVALID_REQUEST' },
});

const refusedSources = (image: string, thin: string): Record<string, AwkwardRequest> => ({
  'a picture for a model that begins with none': {
    body: prompted({ image }, { model: 'hidream' }),
    code: 'PROMPT_INVALID',
  },
  'a picture in the place of a control image': {
    body: prompted({ image }, { model: 'flux2' }),
    code: 'PROMPT_INVALID',
  },
  'a picture without a mask for a model that paints parts': {
    body: prompted({ image }, { model: 'flux_kontext' }),
    code: 'PROMPT_INVALID',
  },
  'a mask for a model that takes whole pictures': {
    body: prompted({ image, mask_image: image }, { model: 'two_sided' }),
    code: 'PROMPT_INVALID',
  },
  'a picture that is none': {
    body: prompted({ image: 'bm90IGEgcGljdHVyZQ==' }),
    code: 'CONTROL_IMAGE_INVALID',
  },
  'a side that the shape of the picture makes too long': {
    body: prompted({ image: thin, width: 4096 }),
    code: 'SIZE_INVALID',
  },
});

const warnedSources = (image: string, mask_image: string): Record<string, AwkwardRequest> => ({
  'a mask of another shape, and no strength': {
    body: prompted({ image, mask_image, strength: 0, sample_steps: 4, ...small }),
  },
});

const warnedModels = (ctrl_img: string): Record<string, AwkwardRequest> => ({
  'fields that the model does not use': {
    body: prompted(
      {
        neg: 'ugly',
        sampler: 'ddpm',
        num_frames: 9,
        fps: 12,
        guidance_rescale: 0.5,
        ctrl_idx: 1,
        do_cfg_norm: true,
        resolution: 'High',
        width: 100,
        height: 100,
      },
      { model: 'flux', kv_cache: true, match_target_res: true, do_cfg_norm: true, tiled_decoding: true },
    ),
  },
  'guidance where there is none': {
    body: prompted({ guidance_scale: 2, num_frames: 1, ...small }, { model: 'minimax_h3' }),
  },
  'a size that is always the same area': {
    body: prompted({ width: 512, height: 512, ctrl_img }, { model: 'flux_kontext' }),
  },
  'frames between the steps': {
    body: prompted({ num_frames: 12, fps: 12, ...small }, { model: 'wan21_1b' }),
  },
  'frames a second that are fixed': {
    body: prompted({ fps: 12, num_frames: 22, ...small }, { model: 'minimax_h3' }),
  },
  'strengths without a LoRA': {
    body: { ...withLoras(plain), base_only: true, prompts: [{ prompt: 'x', network_multiplier: 0.5 }] },
  },
  'a LoRA at no strength, and modules that fit nowhere': {
    body: withLoras({ ...plain, network_multiplier: 0 }),
  },
  'an orientation for no picture': { body: { ...plainBody, control_orientation: 'as_stored' } },
  'a control image where none is taken': { body: prompted({ ctrl_img }, { model: 'flux' }) },
  'more control images than are used': {
    body: prompted({ ctrl_img_1: ctrl_img, ctrl_img_2: ctrl_img }, { model: 'flux_kontext' }),
  },
});

const warnedTexts: Record<string, AwkwardRequest> = {
  'placeholders without a word, and words without a placeholder': {
    body: {
      ...plainBody,
      prompts: [{ prompt: 'a [trigger]' }, { prompt: 'x', trigger_word: 'sks' }, { prompt: ' ' }],
    },
  },
  'a trigger word that is in no prompt': { body: { ...plainBody, trigger_word: 'sks' } },
  'a trigger word that every prompt has its own in place of': {
    body: { ...prompted({ prompt: 'a [trigger]', trigger_word: 'sks' }), trigger_word: 'xyz' },
  },
  'flags that are not read': { body: prompted({ prompt: 'x --w 512' }) },
  'dashes that are no flags': { body: prompted({ prompt: 'x --- y' }) },
  'flags that change nothing': {
    body: prompted({ prompt: 'x --zz 1 --ref 1 --ctrl_img a.png' }, { prompt_flags: true }),
  },
  'decoded in tiles by a setting': { body: prompted({}, { model: 'qwen_image' }) },
};
