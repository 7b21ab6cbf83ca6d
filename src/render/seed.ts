/**
 * A seed: an integer from 0 to 2^63 - 1. JSON numbers lose digits beyond 2^53 wherever JavaScript reads them, so a larger
 * seed is kept as its digits, in plans, in the database and on the way to the engine.
 */
import { z } from 'zod';

export const seedSchema = z.union([z.int(), z.string().regex(/^\d{16,19}$/)]);
export type Seed = z.infer<typeof seedSchema>;

/** What `torch.Generator.manual_seed` takes as a signed integer; the trainer draws its own below 2^32. */
export const largestSeed = 2n ** 63n - 1n;

/** The seed that an integer is. */
export function toSeed(value: number | bigint): Seed {
  const seed = Number(value);
  return Number.isSafeInteger(seed) ? seed : String(value);
}

/** The seed of a prompt: its own, else the model's default plus the prompt's index; -1 draws one. */
export function chooseSeed(
  asked: Seed | null,
  modelDefault: number,
  index: number,
  drawSeed: () => number,
): Seed {
  if (asked === null) return modelDefault + index;
  return asked === -1 ? drawSeed() : asked;
}

/**
 * The prompts, each with the seed that the request as a whole gives it. As in the trainer, a request's seed is that of all
 * its prompts, or of the first of them when seeds walk; and where they do not walk, a prompt's own seed holds for those
 * after it too. With neither in the request nothing changes. Source: the trainer's BaseSDTrainProcess.sample.
 */
export function spreadSeeds<Prompt extends { seed: Seed | null }>(
  { prompts, seed, walkSeed }: { prompts: Prompt[]; seed: Seed | null; walkSeed: boolean | null },
  modelDefault: number,
  drawSeed: () => number,
): Prompt[] {
  if (seed === null && walkSeed !== false) return prompts;
  const walks = walkSeed === true;
  const first = seed ?? modelDefault;
  const start = walks && first === -1 ? drawSeed() : first;
  let current = start;
  return prompts.map((prompt, index) => {
    if (walks) current = toSeed(BigInt(start) + BigInt(index));
    current = prompt.seed ?? current;
    return { ...prompt, seed: current };
  });
}
