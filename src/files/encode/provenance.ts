/**
 * How a file was made: enough to render it again. It travels inside the file, as our JSON for programs and as the
 * `parameters` text that most tools of this field show and read.
 */

import { z } from 'zod';
import { parseExactJson, writtenNumber } from '../../render/exact-json.ts';
import { bareUrl } from '../../security/bare-url.ts';

export const recipeVersion = 2;

const provenanceSchema = z.object({
  model: z.string(),
  checkpoint: z.object({ repository: z.string(), revision: z.string() }),
  loras: z.array(
    z.object({
      path: z.string(),
      sha256: z.string(),
      scale: z.number(),
      /** The component that it changes. Absent in files of earlier versions. */
      component: z.string().exactOptional(),
    }),
  ),
  prompt: z.string(),
  negative_prompt: z.string().nullable(),
  seed: z.union([z.int(), z.bigint()]),
  steps: z.int(),
  guidance_scale: z.number(),
  width: z.int(),
  height: z.int(),
  /** Videos only. */
  num_frames: z.int().optional(),
  fps: z.number().optional(),
  /** It was decoded in tiles, which changes it slightly. */
  tiled_decoding: z.literal(true).optional(),
  /** Class of the scheduler that took the place of the model's own. */
  scheduler: z.string().optional(),
  /** Its configuration, which tells samplers of one class apart. Absent in files of earlier versions. */
  scheduler_config: z.record(z.string(), z.unknown()).exactOptional(),
  /** Class that was called in the place of the model's own, to make it of another picture. */
  pipeline: z.string().optional(),
  /** What else the pipeline was called with, under its own names: rescaling, switches, constants of the model. */
  arguments: z.record(z.string(), z.unknown()).optional(),
  /** SHA-256 of each picture as the model got it, by the argument of the pipeline that takes it. */
  images: z.record(z.string(), z.array(z.string())).optional(),
  /** What each of these was resized to before the call, by the same argument. Absent: it was passed as it was. */
  resized: z
    .record(z.string(), z.object({ width: z.int(), height: z.int(), filter: z.string() }))
    .exactOptional(),
  /** Name to version of what decides the pixels. */
  versions: z.record(z.string(), z.string()),
  /** The prompts were too long for the file's format and are cut. */
  cut: z.literal(true).optional(),
  /** Absent in files of versions up to 0.1, which lack all that follows. */
  recipe_version: z.int().exactOptional(),
  /** Version of Darkroom. */
  darkroom: z.string().exactOptional(),
  /**
   * Commit of each repository that a part was loaded from. Of a folder that does not tell it: `files:` and a hash of the names and
   * sizes of what is in it.
   */
  commits: z.record(z.string(), z.string()).exactOptional(),
  device: z.object({ type: z.string(), name: z.string() }).nullable().exactOptional(),
  /** That the weights were held in. */
  dtype: z.string().nullable().exactOptional(),
  /** How the denoiser was held in fewer bits; null when it was not. */
  quantization: z.string().nullable().exactOptional(),
  /** How the file was encoded; null for a video. */
  output: z.object({ format: z.string(), quality: z.number() }).nullable().exactOptional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

/**
 * The same as it may be given away with a file: a LoRA that was sent as a URL may carry a token in its query or user part.
 */
export function publicProvenance(provenance: Provenance): Provenance {
  return {
    ...provenance,
    loras: provenance.loras.map((lora) => ({ ...lora, path: bareUrl(lora.path) })),
  };
}

/** With each text that a client wrote cut to so many characters. */
export function cutProvenance(provenance: Provenance, characters: number): Provenance {
  const cut = (text: string): string =>
    text.length > characters ? `${text.slice(0, characters).toWellFormed()}…` : text;
  const { prompt, negative_prompt, arguments: given = {} } = provenance;
  return {
    ...provenance,
    prompt: cut(prompt),
    negative_prompt: negative_prompt === null ? null : cut(negative_prompt),
    arguments: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]),
    ),
    cut: true,
  };
}

/** One line of JSON in ASCII, so that it survives every reader's idea of an encoding. */
export function provenanceJson(provenance: Provenance): string {
  return JSON.stringify({ ...provenance, seed: writtenNumber(provenance.seed) }).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Null when the text is not ours. */
export function parseProvenance(text: string): Provenance | null {
  try {
    return provenanceSchema.safeParse(parseExactJson(text)).data ?? null;
  } catch {
    return null;
  }
}
