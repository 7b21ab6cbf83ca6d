/** Small requests that the tiny checkpoints answer in a fraction of a second. */
export interface LoraItem {
  path: string;
  network_multiplier?: number;
  transformer?: string;
}

export interface PromptItem {
  prompt: string;
  width?: number;
  height?: number;
  sample_steps?: number;
  guidance_scale?: number;
  seed?: number | null;
  neg?: string | false;
  ctrl_img?: string | null;
  [field: string]: unknown;
}

export const smallPrompt = {
  prompt: 'a photo of a cat',
  width: 96,
  height: 64,
  sample_steps: 2,
  guidance_scale: 4,
  seed: 7,
} as const satisfies PromptItem;

/** A PNG request of one small prompt; without LoRAs it is `base_only`. */
export function request(
  model: string,
  {
    loras = [],
    prompts = [{}],
    ...more
  }: { loras?: LoraItem[]; prompts?: Partial<PromptItem>[]; [field: string]: unknown } = {},
): Record<string, unknown> {
  return {
    model,
    prompts: prompts.map((prompt) => ({ ...smallPrompt, ...prompt })),
    output_format: 'png',
    ...(loras.length === 0 ? { base_only: true } : { loras }),
    ...more,
  };
}

/** Runs for several seconds on one core, one step after the other. */
export const slowPrompt = { width: 256, height: 256, sample_steps: 150 } as const;
