import type { Call } from '../../render/plan.ts';
import type { StoredRender } from '../../render/stored-render.ts';
import { type Provenance, recipeVersion } from './provenance.ts';

/** What a picture was made with: the machine, and what it runs. */
export interface MadeWith {
  /** Name to version of what decides the pixels. */
  versions: Record<string, string>;
  /** Version of Darkroom. */
  darkroom: string;
  /** By repository; see `provenance.ts`. */
  commits: Record<string, string>;
  device: { type: string; name: string } | null;
  dtype: string | null;
  quantization: string | null;
}

/**
 * How the picture of one call was made, to embed in its file. It does not say when or for whom, so that equal requests give equal
 * bytes.
 */
export function callProvenance(
  render: Pick<StoredRender, 'plan' | 'loras' | 'output'>,
  call: Call,
  { versions, ...made }: MadeWith,
): Provenance {
  const { model, repository, revision } = render.plan.pipeline;
  const { prompt, negative_prompt, seed, steps, guidance_scale, width, height } = call;
  return {
    model,
    checkpoint: { repository, revision },
    // Where there is a picture, all of them have been read.
    loras: render.loras.map(({ path, sha256, scale }, index) => ({
      path,
      sha256: sha256 ?? '',
      scale: call.scales?.[index] ?? scale,
      ...componentOf(render.plan, index),
    })),
    prompt,
    negative_prompt,
    seed: typeof seed === 'number' ? seed : BigInt(seed),
    steps,
    guidance_scale,
    width,
    height,
    ...(call.tiling === undefined ? {} : { tiled_decoding: true }),
    ...(call.scheduler === undefined
      ? {}
      : { scheduler: call.scheduler.class, scheduler_config: call.scheduler.config }),
    ...(call.pipeline === undefined ? {} : { pipeline: call.pipeline.class }),
    arguments: otherArguments(call),
    images: imageHashes(call),
    ...resizes(call),
    versions,
    recipe_version: recipeVersion,
    ...made,
    output: call.output === 'video' ? null : render.output,
  };
}

/** What the LoRA changes: the side of a mixture of experts, among others. */
function componentOf({ adapters }: StoredRender['plan'], index: number): { component?: string } {
  const component = adapters[index]?.component;
  return component === undefined ? {} : { component };
}

/** The arguments of the pipeline that have no field of their own in the recipe. */
function otherArguments({ arguments: given, prompt, negative_prompt }: Call): Call['arguments'] {
  const named = ['num_inference_steps', 'width', 'height', 'num_frames'];
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name, value]) => !named.includes(name) && value !== prompt && value !== negative_prompt,
    ),
  );
}

function imageHashes({ images }: Call): Record<string, string[]> {
  return Object.fromEntries(Object.entries(images).map(([name, { pictures }]) => [name, [...pictures]]));
}

function resizes({ images }: Call): Pick<Provenance, 'resized'> {
  const all = Object.entries(images).flatMap(([name, { resize }]) =>
    resize === null ? [] : [[name, resize]],
  );
  return all.length === 0 ? {} : { resized: Object.fromEntries(all) };
}
