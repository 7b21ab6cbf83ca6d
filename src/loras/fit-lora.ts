/**
 * Whether a LoRA fits a model, from headers alone, before a job is accepted.
 *
 * The family decides first. Where the base checkpoint is on this machine, names and widths are held against its weights
 * too. Names in another layout than the checkpoint's (BFL's fused blocks, kohya's original SDXL names, the original ones of
 * Chroma, Wan and Krea 2) are converted by the engine, so for those only widths are compared here.
 */
import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { BaseModules } from './base-modules.ts';
import { detectFamilies } from './detect-family.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';
import type { SafetensorsHeader } from './read-header.ts';

const convertedLayouts =
  /^(double_blocks|single_blocks|distilled_guidance_layer_|(img|txt)_in$|final_layer_|input_blocks|middle_block|output_blocks|time_embed_|label_emb|out_|blocks_\d+_(self_attn|cross_attn|ffn_\d)|blocks_\d+_(attn_w|attn_gate|mlp_)|txtfusion_)/;

export interface LoraFit {
  /** Modules, and keys of no known form, that change nothing. */
  ignored: { key: string; why: string }[];
  /** The same for people. */
  warnings: string[];
}

/**
 * Check a LoRA against a model and tell what would be ignored. `base` gives the weights of a
 * component (`transformer`, `text_encoder`, …), or null where they are not on this machine.
 *
 * Throws LORA_INVALID when the file holds no adapter, LORA_INCOMPATIBLE when none of it fits.
 */
export async function fitLora(
  entry: ModelEntry,
  label: string,
  header: Pick<SafetensorsHeader, 'tensors' | 'metadata'>,
  base: (component: string) => Promise<BaseModules | null>,
): Promise<LoraFit> {
  const { modules, foreign } = loraModules(header.tensors);
  if (modules.length === 0) throw noAdapter(label, header);
  checkFamily(entry, label, modules, header.metadata);
  const ignored = await findIgnored(entry, modules, base);
  if (ignored.length === modules.length) throw nothingFits(entry, label, ignored);
  const misfits = ignored.map(({ module, why }) => ({ key: module.key, why }));
  const names = misfits.map(({ key, why }) => `${key} (${why})`);
  return {
    ignored: [...misfits, ...foreign.map((key) => ({ key, why: 'of no known adapter form' }))],
    warnings: [
      ...ignoredWarning(label, entry, names),
      ...(foreign.length === 0
        ? []
        : [`LoRA "${label}": ${list(foreign)} of no known adapter form ignored.`]),
    ],
  };
}

interface Ignored {
  module: LoraModule;
  why: string;
}

function checkFamily(
  entry: ModelEntry,
  label: string,
  modules: LoraModule[],
  metadata: Record<string, string>,
): void {
  const families = detectFamilies(modules, metadata);
  if (families.length === 0 || families.some((family) => entry.lora.families.includes(family.id))) return;
  const names = families.map((family) => family.label).join(' or ');
  throw new DarkroomError(
    'LORA_INCOMPATIBLE',
    `The LoRA "${label}" looks made for ${names}, not for ${entry.label} (${entry.id}). Send it to a model of that family.`,
    { details: { path: label, looks_made_for: families.map((family) => family.id), model: entry.id } },
  );
}

async function findIgnored(
  entry: ModelEntry,
  modules: LoraModule[],
  base: (component: string) => Promise<BaseModules | null>,
): Promise<Ignored[]> {
  const [denoiser = 'transformer'] = entry.lora.targets;
  const ignored: Ignored[] = [];
  for (const module of modules) {
    const component = module.component === 'denoiser' ? denoiser : module.component;
    if (!entry.lora.targets.includes(component)) {
      ignored.push({ module, why: `${entry.id} has no ${component}` });
      continue;
    }
    const weights = await base(component);
    const why = weights === null ? null : misfit(module, weights);
    if (why !== null) ignored.push({ module, why });
  }
  return ignored;
}

function misfit(module: LoraModule, weights: BaseModules): string | null {
  const weight = weights.get(module.name);
  if (weight !== undefined) {
    const [outputs, inputs] = weight;
    const fits =
      (module.inputs === null || module.inputs === inputs) &&
      (module.outputs === null || module.outputs === outputs);
    return fits ? null : `${module.outputs}×${module.inputs} where the model has ${outputs}×${inputs}`;
  }
  if (!convertedLayouts.test(module.name)) return 'no such module';
  const widths = new Set([...weights.values()].map(([, inputs]) => inputs));
  return module.inputs === null || widths.has(module.inputs)
    ? null
    : `an input of ${module.inputs}, which no module has`;
}

function noAdapter(label: string, header: Pick<SafetensorsHeader, 'tensors'>): DarkroomError {
  const keys = header.tensors.slice(0, 3).map((tensor) => tensor.name.slice(0, 80));
  const found =
    keys.length === 0
      ? 'it holds no tensors'
      : `it holds no adapter keys (found ${keys.join(', ')}…): is it a whole checkpoint?`;
  return new DarkroomError('LORA_INVALID', `The LoRA "${label}" cannot be used: ${found}`, {
    details: { path: label },
  });
}

function nothingFits(entry: ModelEntry, label: string, ignored: Ignored[]): DarkroomError {
  const examples = ignored.slice(0, 3).map(({ module, why }) => `${module.key}: ${why}`);
  return new DarkroomError(
    'LORA_INCOMPATIBLE',
    `Nothing in the LoRA "${label}" fits ${entry.label} (${entry.id}): ${examples.join('; ')}.`,
    { details: { path: label, model: entry.id, modules: ignored.length } },
  );
}

function ignoredWarning(label: string, entry: ModelEntry, names: string[]): string[] {
  return names.length === 0
    ? []
    : [`LoRA "${label}": ${list(names)} ignored, since ${entry.id} cannot use them.`];
}

function list(names: string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8
    ? `${names.length} keys (${shown}, …)`
    : `${names.length === 1 ? 'key' : 'keys'} ${shown}`;
}
