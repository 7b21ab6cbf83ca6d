import type { TensorFacts } from './header/parse-header.ts';
import { parseLoraKey } from './parse-lora-key.ts';

/** A module of a LoRA file whose change is a product, so that alpha over rank applies to it. */
export interface RankedModule {
  /** One of its tensors. */
  tensor: string;
  /** As in the file. */
  name: string;
  /** Null where the shapes do not determine it. */
  rank: number | null;
  /** In the names of kohya's trainers. */
  isKohya: boolean;
  /** ai-toolkit's `type: fullrank`: the whole change is where the down side is otherwise, and there is no up side. */
  isFullRank: boolean;
}

/** The part that shows the rank, by form; of a LoKr with both sides whole there is a factor, and no rank. */
const ranked = ['down', 'hada_w1_b', 'lokr_w2_b', 'lokr_w1_b', 'lokr_w1', 'glora_b1'];

export function rankedModules(tensors: readonly Pick<TensorFacts, 'name' | 'shape'>[]): RankedModule[] {
  const modules = new Map<string, Map<string, Pick<TensorFacts, 'name' | 'shape'>>>();
  for (const tensor of tensors) {
    const read = parseLoraKey(tensor.name);
    if (read === null) continue;
    const parts = modules.get(read.key) ?? new Map();
    modules.set(read.key, parts.set(read.part, tensor));
  }
  return [...modules].flatMap(([name, parts]) => {
    const part = ranked.find((one) => parts.has(one));
    const found = part === undefined ? undefined : parts.get(part);
    if (part === undefined || found === undefined) return [];
    const isFullRank = part === 'down' && !parts.has('up');
    const rank = part === 'lokr_w1' || isFullRank ? null : (found.shape[0] ?? null);
    const isKohya = found.name.startsWith(`${name}.lora_down`);
    return [{ tensor: found.name, name, rank, isKohya, isFullRank }];
  });
}
