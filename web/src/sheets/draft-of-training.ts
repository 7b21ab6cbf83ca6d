import type { Training } from '../api/trainings.ts';
import { emptySheetDraft, type SheetDraft } from './sheet-draft.ts';

type Samples = Pick<Training, 'training_id' | 'base'> & {
  samples: readonly {
    prompt: string;
    seed: number | string;
    width: number;
    height: number;
    sample_steps: number;
    guidance_scale: number;
  }[];
};

/** The epochs of a training, rendered as its samples. */
export function draftOfTraining({ training_id: training, base: model, samples: all }: Samples): SheetDraft {
  const samples = [...new Map(all.map((sample) => [sample.prompt, sample])).values()];
  const [first] = samples;
  const chosen = { ...emptySheetDraft, model, training };
  if (first === undefined) return chosen;
  const seeds = new Set(samples.map(({ seed }) => seed));
  const hasOwn = samples.length > 1 && seeds.size === samples.length;
  return {
    ...chosen,
    prompts: samples.map(({ prompt }) => prompt.replaceAll(/\s*\n\s*/g, ' ')).join('\n'),
    seeds: hasOwn ? [...seeds].join(', ') : String(first.seed),
    seedForPrompt: hasOwn,
    steps: String(first.sample_steps),
    guidance: String(first.guidance_scale),
    sizes: `${first.width}x${first.height}`,
  };
}
