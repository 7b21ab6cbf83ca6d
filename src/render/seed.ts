/**
 * The seed of a prompt: its own, else the model's default plus the prompt's index, as the trainer walks seeds; -1 draws
 * one. The generator is `torch.Generator('cpu').manual_seed(seed)`, so any seed up to 2^53 is taken as it is.
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
