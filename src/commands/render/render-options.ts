import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LoraRequest, OutputRequest, RenderRequest } from '../../render/request.ts';
import { UsageError } from '../usage-error.ts';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most).optional();

/** The flags of `darkroom render`, in the ranges that the HTTP API takes. */
export const renderOptionsSchema = z.object({
  prompt: z.string(),
  model: z.string(),
  lora: z.array(z.string()).default([]),
  loraHigh: z.array(z.string()).default([]),
  loraLow: z.array(z.string()).default([]),
  negative: z.string().optional(),
  trigger: z.string().optional(),
  seed: whole(-1, Number.MAX_SAFE_INTEGER),
  steps: whole(1, 150),
  guidance: z.coerce.number().min(0).max(20).optional(),
  width: whole(64, 4096),
  height: whole(64, 4096),
  frames: whole(1, 1000),
  fps: whole(1, 120),
  high: z.boolean().default(false),
  kvCache: z.stringbool().optional(),
  matchTargetRes: z.stringbool().optional(),
  control: z.array(z.string()).default([]),
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

/** The request that the flags stand for. Throws UsageError for a control image that cannot be read. */
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
        seed: options.seed ?? null,
        sampler: null,
        numFrames: options.frames ?? null,
        fps: options.fps ?? null,
        resolution: options.high ? 'High' : null,
        controlImages: await Promise.all(options.control.map(readControlImage)),
      },
    ],
    triggerWord: null,
    output: { format: formats[path.extname(options.output ?? '').toLowerCase()] ?? 'png', quality: 95 },
    priority: 0,
    previewEvery: 0,
    options: { kvCache: options.kvCache ?? null, matchTargetRes: options.matchTargetRes ?? null },
  };
}

/**
 * `style.safetensors:0.8` is the file at strength 0.8; a colon that no number follows belongs to the path. `expert`: the side
 * of a mixture of experts.
 */
export function parseLora(text: string, expert: LoraRequest['expert'] = null): LoraRequest {
  const match = /^(.+):(-?\d+(?:\.\d+)?|-?\.\d+)$/.exec(text);
  const [file, scale] = match === null ? [text, 1] : [match[1] ?? text, Number(match[2])];
  if (Math.abs(scale) > 2) throw new UsageError(`--lora ${text}: the strength goes from -2 to 2.`);
  const isRemote = /^(https?|hf):/i.test(file);
  if (!isRemote && !existsSync(file))
    throw new UsageError(`--lora ${text}: there is no file ${path.resolve(file)}.`);
  return { path: isRemote ? file : path.resolve(file), scale, expert };
}

async function readControlImage(file: string): Promise<string> {
  if (/^https?:/i.test(file)) return file;
  const bytes = await readFile(file).catch((error: Error) => {
    throw new UsageError(`--control ${file}: ${error.message}`);
  });
  return bytes.toString('base64');
}
