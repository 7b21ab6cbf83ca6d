/**
 * The strength of an adapter as PEFT keeps it: beside the tensors, in `adapter_config.json`, or, where diffusers or
 * SimpleTuner saved it, in the entry `lora_adapter_metadata` of the safetensors metadata, with the name of the component
 * before each field (`transformer.lora_alpha`).
 *
 * A module's change is multiplied by alpha / rank, or with `use_rslora` by alpha / √rank (`update_layer` in
 * peft/tuners/lora/layer.py); `rank_pattern` and `alpha_pattern` give some modules values of their own.
 */
import { z } from 'zod';
import { invalidLora } from './header/parse-header.ts';
import { compilePatterns, type Patterns } from './peft-patterns.ts';

/** PEFT's own, for what a configuration leaves out. */
const defaultAlpha = 8;

const alpha = z.number().min(0);
const rank = z.number().positive();
const configSchema = z.looseObject({
  peft_type: z.string().nullish(),
  r: rank.nullish(),
  lora_alpha: alpha.nullish(),
  /** What LoHa and LoKr call it. */
  alpha: alpha.nullish(),
  rank_pattern: z.record(z.string(), rank).nullish(),
  alpha_pattern: z.record(z.string(), alpha).nullish(),
  use_rslora: z.boolean().nullish(),
  init_lora_weights: z.unknown().optional(),
});
type Fields = z.infer<typeof configSchema>;

export interface PeftConfig {
  /** For a module by its name in the model; `tensorRank` as its tensors have it, null where they do not show it. */
  factor(module: string, tensorRank: number | null): number;
  /** What of it could not be used, once all modules were asked for. */
  warnings(): string[];
}

/** Kinds that are applied; of others the file is no LoRA. */
const appliedTypes = ['LORA', 'LOHA', 'LOKR'];
/** Ways to begin the training that also change the weights of the base model. */
const changedBase = /^(pissa|olora|corda|loftq|lora_ga)/i;

/** Of `adapter_config.json`. Throws LORA_INVALID. */
export function parsePeftConfig(text: string, label: string): PeftConfig {
  const where = 'its adapter_config.json';
  const fields = checkFields(parseJson(text, where, label), where, label);
  const type = fields.peft_type?.toUpperCase() ?? 'LORA';
  if (!appliedTypes.includes(type))
    throw invalidLora(
      label,
      `${where} says that it is an adapter of the type ${type.slice(0, 40)}, which Darkroom does not apply; LoRA, LoHa, LoKr and DoRA are`,
    );
  return peftConfig(fields, where, label);
}

/** Of `lora_adapter_metadata`, by component; `''` where the fields name none. Throws LORA_INVALID. */
export function parseAdapterMetadata(text: string, label: string): Map<string, PeftConfig> {
  const where = 'lora_adapter_metadata in its metadata';
  const byComponent = new Map<string, Record<string, unknown>>();
  for (const [key, value] of Object.entries(parseJson(text, where, label))) {
    const dot = key.lastIndexOf('.');
    const component = key.slice(0, Math.max(dot, 0));
    byComponent.set(component, { ...byComponent.get(component), [key.slice(dot + 1)]: value });
  }
  return new Map(
    [...byComponent].map(([component, fields]) => [
      component,
      peftConfig(checkFields(fields, `${where}, for ${component || 'all'},`, label), where, label),
    ]),
  );
}

function parseJson(text: string, where: string, label: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw invalidLora(
      label,
      `${where} is no JSON object, so its strength is not known; export it again`,
      cause,
    );
  }
}

function checkFields(value: unknown, where: string, label: string): Fields {
  const checked = configSchema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw invalidLora(
    label,
    `${where} has the field ${field.slice(0, 120)}, which makes no strength (${issue?.message}); alphas are numbers from 0, ranks above 0`,
  );
}

function peftConfig(fields: Fields, where: string, label: string): PeftConfig {
  const ranks = patterns(fields.rank_pattern, 'rank_pattern', where, label);
  const alphas = patterns(fields.alpha_pattern, 'alpha_pattern', where, label);
  let otherRanks = 0;
  return {
    factor: (module, tensorRank) => {
      const stated = ranks.valueOf(module) ?? fields.r ?? null;
      if (tensorRank !== null && stated !== null && stated !== tensorRank) otherRanks += 1;
      const own = tensorRank ?? stated ?? defaultAlpha;
      const alphaOf = alphas.valueOf(module) ?? fields.lora_alpha ?? fields.alpha ?? defaultAlpha;
      return alphaOf / (fields.use_rslora ? Math.sqrt(own) : own);
    },
    warnings: () => [
      ...(otherRanks === 0
        ? []
        : [`${where} gives ${otherRanks} modules other ranks than their tensors have; the tensors count.`]),
      ...unusedPatterns(alphas.unmatched(), where),
      ...(typeof fields.init_lora_weights === 'string' && changedBase.test(fields.init_lora_weights)
        ? [
            `${where} says init_lora_weights: ${fields.init_lora_weights.slice(0, 40)}. Such a training also changes the base model, which is not applied; export it with path_initial_model_for_weight_conversion.`,
          ]
        : []),
    ],
  };
}

function patterns(
  values: Record<string, number> | null | undefined,
  field: string,
  where: string,
  label: string,
): Patterns {
  try {
    return compilePatterns(values ?? {});
  } catch (error) {
    throw invalidLora(
      label,
      `${field} of ${where}: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

function unusedPatterns(unmatched: readonly string[], where: string): string[] {
  if (unmatched.length === 0) return [];
  const shown = unmatched.slice(0, 4).map((pattern) => pattern.slice(0, 120));
  return [
    `alpha_pattern of ${where} names ${shown.join(', ')}${unmatched.length > 4 ? ` and ${unmatched.length - 4} more` : ''}, and the file has no such module.`,
  ];
}
