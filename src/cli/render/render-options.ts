import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors/usage-error.ts';
import { limits } from '../../render/limits.ts';
import type { LoraRequest, OutputRequest, RenderRequest, SourceRequest } from '../../render/request.ts';
import { largestSeed, toSeed } from '../../render/seed.ts';
import { usualFit } from '../../render/source-picture.ts';

type Range = readonly [least: number, most: number];
const whole = ([least, most]: Range) => z.coerce.number().int().min(least).max(most).optional();
const decimal = ([least, most]: Range) => z.coerce.number().min(least).max(most).optional();

const seedRange = `must be an integer from -1 to ${largestSeed}`;

/** The flags of `darkroom render`, in the ranges that the HTTP API takes. */
export const renderOptionsSchema = z.object({
  prompt: z.string(),
  model: z.string(),
  lora: z.array(z.string()).default([]),
  loraHigh: z.array(z.string()).default([]),
  loraLow: z.array(z.string()).default([]),
  negative: z.string().optional(),
  trigger: z.string().optional(),
  promptFlags: z.boolean().default(false),
  seed: z
    .string()
    .regex(/^(-1|\d{1,19})$/, seedRange)
    .transform(BigInt)
    .refine((seed) => seed <= largestSeed, seedRange)
    .optional(),
  steps: whole(limits.steps),
  guidance: decimal(limits.guidanceScale),
  guidanceRescale: decimal(limits.guidanceRescale),
  doCfgNorm: z.stringbool().optional(),
  width: whole(limits.side),
  height: whole(limits.side),
  frames: whole(limits.numFrames),
  fps: whole(limits.fps),
  high: z.boolean().default(false),
  kvCache: z.stringbool().optional(),
  matchTargetRes: z.stringbool().optional(),
  tiledDecoding: z.stringbool().optional(),
  control: z.array(z.string()).default([]),
  image: z.string().optional(),
  mask: z.string().optional(),
  strength: decimal(limits.strength),
  controlOrientation: z.enum(['upright', 'as_stored']).optional(),
  output: z.string().optional(),
  device: z.string().optional(),
});
export type RenderOptions = z.output<typeof renderOptionsSchema>;

const formats: Record<string, OutputRequest['format']> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
};

/**
 * The file to write: `--output`, else `darkroom.png` or `darkroom.mp4`. Throws UsageError when its extension is not that of
 * what the model makes, before anything is rendered.
 */
export function outputFile({ output }: Pick<RenderOptions, 'output'>, kind: 'image' | 'video'): string {
  if (output === undefined) return kind === 'video' ? 'darkroom.mp4' : 'darkroom.png';
  const fitting = kind === 'video' ? ['.mp4'] : Object.keys(formats);
  if (fitting.includes(path.extname(output).toLowerCase())) return output;
  throw new UsageError(
    `--output ${output}: the model makes ${kind}s; end the name in ${fitting.join(', ')}.`,
  );
}

/** The request that the flags stand for. Throws UsageError for a picture that cannot be read. */
export async function renderRequest(options: RenderOptions): Promise<RenderRequest> {
  const loras = [
    ...options.lora.map((text) => parseLora(text)),
    ...options.loraHigh.map((text) => parseLora(text, 'high')),
    ...options.loraLow.map((text) => parseLora(text, 'low')),
  ];
  return {
    model: options.model,
    loras,
    baseOnly: loras.length === 0,
    prompts: [
      {
        prompt: options.prompt,
        triggerWord: options.trigger ?? null,
        negativePrompt: options.negative ?? null,
        width: options.width ?? null,
        height: options.height ?? null,
        steps: options.steps ?? null,
        guidanceScale: options.guidance ?? null,
        guidanceRescale: options.guidanceRescale ?? null,
        cfgNorm: options.doCfgNorm ?? null,
        secondNegativePrompt: null,
        scales: null,
        seed: options.seed === undefined ? null : toSeed(options.seed),
        sampler: null,
        numFrames: options.frames ?? null,
        fps: options.fps ?? null,
        resolution: options.high ? 'High' : null,
        controlImages: await Promise.all(options.control.map((file) => readPicture('--control', file))),
        controlIndex: null,
        source: await sourceOf(options),
      },
    ],
    triggerWord: null,
    promptFlags: options.promptFlags,
    seed: null,
    walkSeed: null,
    output: { format: formats[path.extname(options.output ?? '').toLowerCase()] ?? 'png', quality: 95 },
    priority: 0,
    previewEvery: 0,
    controlOrientation: options.controlOrientation ?? null,
    options: {
      kvCache: options.kvCache ?? null,
      matchTargetRes: options.matchTargetRes ?? null,
      cfgNorm: null,
      tiledDecoding: options.tiledDecoding ?? null,
    },
  };
}

/**
 * `style.safetensors:0.8` is the file at strength 0.8; a colon that no number follows belongs to the path. `expert`: the side
 * of a mixture of experts.
 */
export function parseLora(text: string, expert: LoraRequest['expert'] = null): LoraRequest {
  const match = /^(.+):(-?\d+(?:\.\d+)?|-?\.\d+)$/.exec(text);
  const [file, scale] = match === null ? [text, 1] : [match[1] ?? text, Number(match[2])];
  const [least, most] = limits.scale;
  if (scale < least || scale > most)
    throw new UsageError(`--lora ${text}: the strength goes from ${least} to ${most}.`);
  const isRemote = /^(https?|hf):/i.test(file);
  if (!isRemote && !existsSync(file))
    throw new UsageError(`--lora ${text}: there is no file ${path.resolve(file)}.`);
  return { path: isRemote ? file : path.resolve(file), scale, expert };
}

async function sourceOf({ image, mask, strength }: RenderOptions): Promise<SourceRequest | null> {
  if (image !== undefined)
    return {
      image: await readPicture('--image', image),
      mask: mask === undefined ? null : await readPicture('--mask', mask),
      strength: strength ?? null,
      fit: usualFit,
    };
  if (mask !== undefined) throw new UsageError('--mask is for a picture: add --image, or leave it out.');
  if (strength !== undefined)
    throw new UsageError('--strength is for a picture to begin with: add --image, or leave it out.');
  return null;
}

async function readPicture(option: string, file: string): Promise<string> {
  if (/^https?:/i.test(file)) return file;
  const bytes = await readFile(file).catch((error: Error) => {
    throw new UsageError(`${option} ${file}: ${error.message}`);
  });
  return bytes.toString('base64');
}
