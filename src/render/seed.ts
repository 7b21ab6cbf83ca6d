import type { PromptRequest, RenderRequest } from './request.ts';

/**
 * The seed of a prompt: its own, else the model's default plus the prompt's index; -1 draws one. The generator is
 * `torch.Generator('cpu').manual_seed(seed)`, so any seed up to 2^53 is taken as it is.
 */
export function chooseSeed(
  asked: number | null,
  modelDefault: number,
  index: number,
  drawSeed: () => number,
): number {
  if (asked === null) return modelDefault + index;
  return asked < 0 ? drawSeed() : asked;
}

/**
 * The prompts, each with the seed that the request as a whole gives it. As in the trainer, a request's seed is that of all
 * its prompts, or of the first of them when seeds walk; and where they do not walk, a prompt's own seed holds for those
 * after it too. With neither in the request nothing changes. Source: the trainer's BaseSDTrainProcess.sample.
 */
export function spreadSeeds(
  { prompts, seed, walkSeed }: Pick<RenderRequest, 'prompts' | 'seed' | 'walkSeed'>,
  modelDefault: number,
  drawSeed: () => number,
): PromptRequest[] {
  if (seed === null && walkSeed !== false) return prompts;
  const walks = walkSeed === true;
  const first = seed ?? modelDefault;
  const start = walks && first < 0 ? drawSeed() : first;
  let current = start;
  return prompts.map((prompt, index) => {
    if (walks) current = start + index;
    current = prompt.seed ?? current;
    return { ...prompt, seed: current };
  });
}
