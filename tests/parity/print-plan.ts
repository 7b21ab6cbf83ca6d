/**
 * Plans for the Python tests: reads `[{ model, checkpoints, prompts, loras }]` on standard input and prints one EnginePlan
 * for each, built by the catalog and by `buildPlan` as the server builds it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import type { EngineTrainingPlan } from '../../src/engines/engine-training-plan.ts';
import { buildPlan } from '../../src/render/build-plan.ts';
import { findModel } from '../../src/render/check-request.ts';
import { type EngineCall, type EnginePlan, enginePipeline } from '../../src/render/engine-plan.ts';
import type { Call } from '../../src/render/plan.ts';
import type { RenderRequest } from '../../src/render/request.ts';
import { usualFit } from '../../src/render/source-picture.ts';

const pictureSchema = z.strictObject({ file: z.string(), width: z.int(), height: z.int() });
const promptSchema = z.strictObject({
  prompt: z.string(),
  negative_prompt: z.string().nullable().default(null),
  width: z.int(),
  height: z.int(),
  steps: z.int(),
  guidance_scale: z.number().nullable().default(null),
  control_index: z.int().nullable().default(null),
  cfg_norm: z.boolean().nullable().default(null),
  guidance_rescale: z.number().nullable().default(null),
  second_negative_prompt: z.string().nullable().default(null),
  scales: z
    .union([z.number(), z.array(z.number())])
    .nullable()
    .default(null),
  seed: z.int(),
  sampler: z.string().nullable().default(null),
  num_frames: z.int().nullable().default(null),
  fps: z.int().nullable().default(null),
  resolution: z.enum(['Default', 'High']).nullable().default(null),
  control_images: z.array(pictureSchema).default([]),
  image: pictureSchema.nullable().default(null),
  mask_image: pictureSchema.nullable().default(null),
  strength: z.number().nullable().default(null),
});
const loraSchema = z.strictObject({
  path: z.string(),
  file: z.string(),
  sha256: z.string(),
  scale: z.number().default(1),
  expert: z.enum(['high', 'low']).nullable().default(null),
});
const casesSchema = z.array(
  z.strictObject({
    model: z.string(),
    checkpoints: z.string(),
    prompts: z.array(promptSchema),
    /** In the place of the area that the model brings every picture to, where it has one: a test size. */
    area: z.int().optional(),
    loras: z.array(loraSchema).default([]),
    kv_cache: z.boolean().nullable().default(null),
    match_target_res: z.boolean().nullable().default(null),
    tiled_decoding: z.boolean().nullable().default(null),
  }),
);
type Case = z.output<typeof casesSchema>[number];

const catalog = await loadCatalog();
const cases = casesSchema.parse(await json(process.stdin));
process.stdout.write(JSON.stringify(cases.map((one) => ({ ...planOf(one), method: methodOf(one) }))));

/** How Darkroom's engine trains the model; null where it does not. */
function methodOf({ model }: Case): EngineTrainingPlan['method'] | null {
  const method = findModel(catalog, model).training?.builtin;
  return method === undefined ? null : { ...method, adapter_path: null };
}

function planOf(one: Case): EnginePlan {
  const locate = (repository: string): string | null => {
    const folder = path.join(one.checkpoints, repository);
    return existsSync(folder) ? folder : null;
  };
  const entry = withArea(findModel(catalog, one.model), one.area);
  const { plan } = buildPlan({
    entry,
    request: requestOf(one),
    loras: one.loras.map((lora) => ({
      request: lora,
      file: lora.file,
      sha256: lora.sha256,
      source: null,
      strength: null,
      ignored: 0,
    })),
    // Pictures go by their paths instead of their hashes: nobody else reads this plan.
    controlImages: one.prompts.map((prompt) => prompt.control_images.map(byPath)),
    sources: one.prompts.map(({ image, mask_image: mask }) =>
      image === null ? null : { image: byPath(image), mask: mask === null ? null : byPath(mask) },
    ),
    settings: { decodesInTiles: () => false },
    drawSeed: () => 0,
  });
  const weightsOf = () => ({ dtype: 'float32', offload: 'none', quantization: 'none' }) as const;
  return {
    pipeline: enginePipeline(plan.pipeline, entry, { locate, weightsOf, safetyChecker: null }),
    adapters: plan.adapters.map(({ source: _source, ...adapter }, index) => ({
      ...adapter,
      sha256: adapter.sha256 ?? '',
      file: one.loras[index]?.file ?? '',
    })),
    calls: plan.calls.map((call) => ({ ...call, images: withFiles(call.images) })),
  };
}

function byPath({ file, ...size }: z.output<typeof pictureSchema>) {
  return { ...size, sha256: file };
}

function withFiles(images: Call['images']): EngineCall['images'] {
  return Object.fromEntries(
    Object.entries(images).map(([name, { pictures: files, ...argument }]) => [name, { ...argument, files }]),
  );
}

function withArea(entry: ModelEntry, area: number | undefined): ModelEntry {
  if (area === undefined || entry.size.area === undefined) return entry;
  return { ...entry, size: { ...entry.size, area } };
}

function sourceOf({ image, mask_image, strength }: z.output<typeof promptSchema>) {
  if (image === null) return null;
  return { image: image.file, mask: mask_image?.file ?? null, strength, fit: usualFit };
}

function requestOf(one: Case): RenderRequest {
  return {
    model: one.model,
    loras: one.loras,
    baseOnly: one.loras.length === 0,
    prompts: one.prompts.map((prompt) => ({
      prompt: prompt.prompt,
      triggerWord: null,
      negativePrompt: prompt.negative_prompt,
      width: prompt.width,
      height: prompt.height,
      steps: prompt.steps,
      guidanceScale: prompt.guidance_scale,
      guidanceRescale: prompt.guidance_rescale,
      cfgNorm: prompt.cfg_norm,
      secondNegativePrompt: prompt.second_negative_prompt,
      scales: prompt.scales,
      seed: prompt.seed,
      sampler: prompt.sampler,
      numFrames: prompt.num_frames,
      fps: prompt.fps,
      resolution: prompt.resolution,
      controlImages: prompt.control_images.map((image) => image.file),
      controlIndex: prompt.control_index,
      source: sourceOf(prompt),
    })),
    triggerWord: null,
    promptFlags: false,
    seed: null,
    walkSeed: null,
    output: { format: 'png', quality: 95 },
    priority: 0,
    previewEvery: 0,
    controlOrientation: null,
    options: {
      kvCache: one.kv_cache,
      matchTargetRes: one.match_target_res,
      cfgNorm: null,
      tiledDecoding: one.tiled_decoding,
    },
  };
}
