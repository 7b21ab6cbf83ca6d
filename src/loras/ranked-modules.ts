import type { TensorFacts } from './parse-header.ts';

/** A module of a LoRA file whose change is a product, so that an alpha over its rank means something. */
export interface RankedModule {
  /** One of its tensors. */
  tensor: string;
  /** As in the file. */
  name: string;
  /** Null where the shapes do not show it. */
  rank: number | null;
  /** In the names of kohya's trainers. */
  isKohya: boolean;
  /** ai-toolkit's `type: fullrank`: the whole change is where the down side is otherwise, and there is no up side. */
  isFullRank: boolean;
}

/** The tensor that shows the rank, by form. */
const products: readonly RegExp[] = [
  /^(.+)\.lora_A(?:\.[\w-]+)?(?:\.weight)?$/,
  /^(.+)\.lora_down(?:\.weight)?$/,
  /^(.+?)(?:[._]lora|\.lora_linear_layer)\.down(?:\.weight)?$/,
  /^(.+)\.hada_w1_b$/,
  /^(.+)\.lokr_w[12]_b$/,
];
/** Both sides whole: there is a factor, and no rank. */
const whole = /^(.+)\.lokr_w1$/;

export function rankedModules(tensors: readonly Pick<TensorFacts, 'name' | 'shape'>[]): RankedModule[] {
  const names = new Set(tensors.map(({ name }) => name));
  const found = new Map<string, RankedModule>();
  for (const { name: tensor, shape } of tensors) {
    const name = products.map((pattern) => pattern.exec(tensor)?.[1]).find(Boolean);
    if (name !== undefined) {
      const isFullRank = upNames(tensor).every((up) => !names.has(up)) && /lora/.test(tensor);
      const isKohya = tensor.startsWith(`${name}.lora_down`);
      found.set(name, { tensor, name, rank: isFullRank ? null : (shape[0] ?? null), isKohya, isFullRank });
    }
    const both = whole.exec(tensor)?.[1];
    if (both !== undefined && !found.has(both))
      found.set(both, { tensor, name: both, rank: null, isKohya: false, isFullRank: false });
  }
  return [...found.values()];
}

/** How the up side of a down side is called. */
const upNames = (down: string): string[] =>
  [
    down.replace(/\.lora_A(?=\.|$)(?!.*\.lora_A)/, '.lora_B'),
    down.replace(/\.lora_down(?=\.|$)/, '.lora_up'),
    down.replace(/\.down(\.weight)?$/, '.up$1'),
  ].filter((up) => up !== down);
