/**
 * What the training that a LoRA comes from rendered its previews with: the `sample` block of the ai-toolkit job whose configuration
 * lies beside the file. Fields are those of the trainer, which a request has under the same names.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** As the trainer writes them into the folder of a job. */
const names = ['config.yaml', '.job_config.json'];
/** A configuration is a page or two. */
const mostBytes = 1 << 20;

const number = z.number().optional().catch(undefined);
const whole = z.int().positive().optional().catch(undefined);
const sampleSchema = z.object({
  width: whole,
  height: whole,
  sample_steps: whole,
  guidance_scale: number,
  guidance_rescale: number,
  neg: z.string().optional().catch(undefined),
  num_frames: whole,
  fps: whole,
  seed: z.int().min(-1).optional().catch(undefined),
  walk_seed: z.boolean().optional().catch(undefined),
  network_multiplier: number,
});
const configSchema = z.object({
  config: z.object({
    process: z
      .array(
        z.object({
          trigger_word: z.string().nullish().catch(null),
          sample: sampleSchema.nullish().catch(null),
        }),
      )
      .min(1),
  }),
});

export interface PreviewSettings extends z.infer<typeof sampleSchema> {
  trigger_word?: string;
}

/** Null where no configuration with a `sample` block lies beside it. */
export async function readPreviewSettings(lora: string): Promise<PreviewSettings | null> {
  for (const name of names) {
    const whole = await readConfig(path.join(path.dirname(lora), name));
    const job = configSchema.safeParse(whole).data?.config.process[0];
    const { sample, trigger_word: trigger } = job ?? {};
    if (sample) return { ...sample, ...(trigger ? { trigger_word: trigger } : {}) };
  }
  return null;
}

async function readConfig(file: string): Promise<unknown> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile() || found.size > mostBytes) return null;
  try {
    // JSON is YAML. Aliases could make a small file enormous.
    return parse(await readFile(file, 'utf8'), { maxAliasCount: 100 });
  } catch {
    return null;
  }
}
