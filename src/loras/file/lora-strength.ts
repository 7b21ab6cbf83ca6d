/**
 * The factor that the low-rank changes of a LoRA file are multiplied by, where its tensors do not contain it. The first of these that is
 * present counts, as in the library that writes it:
 *
 *   1  the module's own `.alpha` tensor           alpha / rank; kohya, LyCORIS, ai-toolkit. The engine reads it.
 *   2  adapter_config.json                        PEFT: only beside an `adapter_model.safetensors`
 *   3  `lora_adapter_metadata` in the metadata    diffusers (loaders/lora_base.py), SimpleTuner
 *   4  `alpha` in the metadata                    families that keep it there, when no module has an alpha tensor
 *                                                 (MiniMax-H3: diffusers, loaders/lora_pipeline.py)
 *   5  `ss_network_alpha` in the metadata         files in kohya's own names without any alpha tensor. Converters to PEFT's
 *                                                 names multiply the alpha into the tensors and keep the metadata
 *                                                 (musubi-tuner, convert_lora.py), so there it counts no more.
 *   6  nothing                                    the rank counts as alpha: 1
 *
 * It is decided here, where the header is checked, and stored in the plan by the names of tensors: the engine of any machine
 * multiplies by what the plan says, so the two cannot disagree, and it does not need `adapter_config.json`.
 */
import type { Strength } from '../../render/plan.ts';
import type { ParsedHeader } from './header/parse-header.ts';
import { type PeftConfig, parseAdapterMetadata, parsePeftConfig } from './peft-config.ts';
import { type RankedModule, rankedModules } from './ranked-modules.ts';

export type StrengthSource =
  | 'alpha tensors'
  | 'adapter_config.json'
  | 'lora_adapter_metadata'
  | 'alpha'
  | 'ss_network_alpha';

export interface SettledStrength {
  /** For the plan; null: 1 for every module without an alpha tensor. */
  strength: Strength | null;
  /** Where it is written; empty: nowhere. */
  from: StrengthSource[];
  /** The different factors of modules without an alpha tensor, smallest first. */
  factors: number[];
  warnings: string[];
}

/** Everything known about a LoRA except the values of its tensors. */
export interface DescribedLora extends ParsedHeader {
  /** Text of the `adapter_config.json` beside it; null: none. */
  peftConfig: string | null;
}

/**
 * `hasAlphaEntry` says whether the family keeps the alpha of all modules in the entry `alpha` of the metadata. Throws
 * LORA_INVALID when what is written there is not a strength.
 */
export function settleStrength(label: string, lora: DescribedLora, hasAlphaEntry: boolean): SettledStrength {
  const alphas = new Set(
    lora.tensors.flatMap(({ name }) => (name.endsWith('.alpha') ? [name.slice(0, -'.alpha'.length)] : [])),
  );
  const ranked = rankedModules(lora.tensors);
  const open = ranked.filter(({ name, isFullRank }) => !isFullRank && !alphas.has(name));
  const rule = chooseRule(label, lora, { open, hasAlphas: alphas.size > 0, hasAlphaEntry });
  const factors = open.map((module) => rule?.factor(module) ?? 1);
  return {
    strength: inPlan(open, factors),
    from: [...(alphas.size > 0 ? ['alpha tensors' as const] : []), ...(rule === null ? [] : [rule.from])],
    factors: [...new Set(factors)].sort((a, b) => a - b),
    warnings: [...(rule?.warnings() ?? []), ...fullRankAlphas(ranked, alphas)].map(
      (warning) => `LoRA "${label}": ${warning}`,
    ),
  };
}

interface Rule {
  from: StrengthSource;
  factor: (module: RankedModule) => number;
  warnings: () => string[];
}

function chooseRule(
  label: string,
  { metadata, peftConfig }: DescribedLora,
  {
    open,
    hasAlphas,
    hasAlphaEntry,
  }: { open: readonly RankedModule[]; hasAlphas: boolean; hasAlphaEntry: boolean },
): Rule | null {
  if (open.length === 0) return null;
  if (peftConfig !== null) {
    const config = parsePeftConfig(peftConfig, label);
    return ruleOf('adapter_config.json', new Map([['', config]]));
  }
  const { lora_adapter_metadata: adapterMetadata } = metadata;
  if (adapterMetadata !== undefined && adapterMetadata !== '')
    return ruleOf('lora_adapter_metadata', parseAdapterMetadata(adapterMetadata, label));
  if (hasAlphas) return null;
  if (hasAlphaEntry && metadata.alpha !== undefined) return uniformRule('alpha', metadata.alpha, open);
  const network = metadata.ss_network_alpha;
  if (network !== undefined && network !== 'None' && open.every(({ isKohya }) => isKohya))
    return uniformRule('ss_network_alpha', network, open);
  return null;
}

function ruleOf(from: StrengthSource, configs: ReadonlyMap<string, PeftConfig>): Rule {
  return {
    from,
    factor: ({ name, rank }) => {
      const found = configOf(name.replace(/^base_model\.model\./, ''), configs);
      return found === null ? 1 : found.config.factor(found.module, rank);
    },
    warnings: () => [...configs.values()].flatMap((config) => config.warnings()),
  };
}

const denoiserPrefix = /^(model\.diffusion_model|diffusion_model|transformer|unet)\./;

/** The configuration for a module, and the module's name in its component: what patterns are about. */
function configOf(
  name: string,
  configs: ReadonlyMap<string, PeftConfig>,
): { config: PeftConfig; module: string } | null {
  for (const [component, config] of configs)
    if (component !== '' && name.startsWith(`${component}.`))
      return { config, module: name.slice(component.length + 1) };
  const isText = /^(text_encoder|lora_te|te\d?[._])/.test(name);
  const component = isText ? '' : (['transformer', 'unet'].find((key) => configs.has(key)) ?? '');
  const config = configs.get(component);
  return config === undefined ? null : { config, module: name.replace(denoiserPrefix, '') };
}

/** One alpha for all modules; 0 or nothing readable counts as none, as for kohya and diffusers. */
function uniformRule(from: 'alpha' | 'ss_network_alpha', text: string, open: readonly RankedModule[]): Rule {
  const alpha = Number(text);
  const isUsable = text.trim() !== '' && Number.isFinite(alpha) && alpha >= 0;
  const ranks = new Set(open.map(({ rank }) => rank));
  return {
    from,
    factor: ({ rank }) => (isUsable && alpha > 0 && rank !== null ? alpha / rank : 1),
    warnings: () => {
      if (!isUsable)
        return [
          `${from} in its metadata is ${JSON.stringify(text.slice(0, 40))}, which is no strength, so the rank counts as alpha.`,
        ];
      if (from === 'alpha' || alpha === 0 || (ranks.size === 1 && ranks.has(alpha))) return [];
      return [
        `it has no alpha tensors, so ss_network_alpha ${alpha} of its metadata is used. Programs that do not read it apply the LoRA as if alpha were the rank.`,
      ];
    },
  };
}

/** The file does not say what the trainer divided such an alpha by. */
function fullRankAlphas(ranked: readonly RankedModule[], alphas: ReadonlySet<string>): string[] {
  const count = ranked.filter(({ name, isFullRank }) => isFullRank && alphas.has(name)).length;
  return count === 0
    ? []
    : [
        `${count} of its modules are of full rank and have an alpha. The rank that it is over is not in the file, so they are applied at strength 1, which is right if linear_alpha was the rank.`,
      ];
}

/** The most common factor applies to all modules that are not named. */
function inPlan(open: readonly RankedModule[], factors: readonly number[]): Strength | null {
  const counts = new Map<number, number>();
  for (const factor of factors) counts.set(factor, (counts.get(factor) ?? 0) + 1);
  const [others = 1] = [...counts].toSorted((a, b) => b[1] - a[1]).map(([factor]) => factor);
  const named = open.flatMap(({ tensor }, index): [string, number][] => {
    const factor = factors[index] ?? 1;
    return factor === others ? [] : [[tensor, factor]];
  });
  return others === 1 && named.length === 0 ? null : { others, tensors: Object.fromEntries(named) };
}
