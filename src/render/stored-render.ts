/** A render as it is stored with its job: what is to be done, and what is told of it when it is done. */
import { z } from 'zod';
import type { EnginePlan } from './engine-plan.ts';
import { renderPlanSchema } from './plan.ts';

export const storedRenderSchema = z.object({
  plan: renderPlanSchema,
  /** Of still pictures. */
  output: z.object({ format: z.enum(['jpeg', 'png', 'webp']), quality: z.number() }),
  /** A preview of the latents every so many steps; 0 for none. */
  previewEvery: z.int(),
  /** The LoRAs of the request, in the order of the plan's adapters. */
  loras: z.array(
    z.object({
      path: z.string(),
      /** Null until it has been downloaded, where its host tells none. */
      sha256: z.string().nullable(),
      scale: z.number(),
    }),
  ),
});
export type StoredRender = z.infer<typeof storedRenderSchema>;

export const renderResultSchema = z.object({
  /** Seconds of the attempt that ended it. */
  timings: z.object({ load_pipeline: z.number(), adapters: z.number(), render: z.number() }),
  /** Name to version of what decides the pixels. */
  versions: z.record(z.string(), z.string()),
});
export type RenderResult = z.infer<typeof renderResultSchema>;

/** Hashes of the LoRAs that it needs, as far as they are known. */
export const neededFiles = ({ loras }: Pick<StoredRender, 'loras'>): string[] =>
  loras.flatMap(({ sha256 }) => sha256 ?? []);

/** Hashes of the control pictures that came with its request. */
export const inputFiles = ({ plan }: Pick<StoredRender, 'plan'>): string[] => [
  ...new Set(plan.calls.flatMap(({ images }) => Object.values(images).flatMap(({ pictures }) => pictures))),
];

/** The render, knowing the hashes of the LoRAs that were downloaded for it. */
export function withHashes(
  render: StoredRender,
  { adapters: prepared }: Pick<EnginePlan, 'adapters'>,
): StoredRender {
  const adapters = render.plan.adapters.map((adapter, index) => ({
    ...adapter,
    sha256: prepared[index]?.sha256 ?? adapter.sha256,
  }));
  const loras = render.loras.map((lora, index) => ({
    ...lora,
    sha256: adapters[index]?.sha256 ?? lora.sha256,
  }));
  return { ...render, plan: { ...render.plan, adapters }, loras };
}

/** What clients are told of a render besides its outputs. `result` is null while it has not succeeded. */
export function renderFacts({ plan, loras }: StoredRender, result: RenderResult | null) {
  const { repository, revision } = plan.pipeline;
  return {
    checkpoint: { repository, revision },
    loras,
    timings: result?.timings ?? null,
    versions: result?.versions ?? {},
  };
}
