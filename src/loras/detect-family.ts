import { type LoraFamily, loraFamilies } from '../catalog/lora-families.ts';
import type { LoraModule } from './lora-modules.ts';

/**
 * The families a LoRA may have been made for, best first; empty when nothing is recognised. Module names decide; where
 * several families share them, widths and then the metadata narrow the choice.
 */
export function detectFamilies(
  modules: readonly LoraModule[],
  metadata: Record<string, string>,
): LoraFamily[] {
  const denoiser = modules.filter((module) => module.component === 'denoiser');
  const byStrong = loraFamilies.filter((family) => matches(family.strong, denoiser));
  const byWidth = loraFamilies.filter((family) => fitsWidths(family, denoiser));
  const byWeak = loraFamilies.filter(
    (family) => matches(family.weak, denoiser) && !contradictsWidths(family, denoiser),
  );
  const byMetadata = familiesOfMetadata(metadata);
  const candidates = byStrong.length > 0 ? byStrong : byWidth.length > 0 ? byWidth : byWeak;
  if (candidates.length === 0) return denoiser.length === 0 ? byMetadata : [];
  const agreed = candidates.filter((family) => byMetadata.includes(family));
  return agreed.length > 0 ? agreed : candidates;
}

function matches(patterns: readonly RegExp[], modules: readonly LoraModule[]): boolean {
  return patterns.some((pattern) => modules.some((module) => pattern.test(module.name)));
}

function fitsWidths(family: LoraFamily, modules: readonly LoraModule[]): boolean {
  return (family.widths ?? []).some(({ module: pattern, inputs }) =>
    modules.some(
      (module) => module.inputs !== null && inputs.includes(module.inputs) && pattern.test(module.name),
    ),
  );
}

function contradictsWidths(family: LoraFamily, modules: readonly LoraModule[]): boolean {
  return (family.widths ?? []).some(({ module: pattern, inputs }) =>
    modules.some(
      (module) => module.inputs !== null && !inputs.includes(module.inputs) && pattern.test(module.name),
    ),
  );
}

function familiesOfMetadata(metadata: Record<string, string>): LoraFamily[] {
  const base = (metadata.ss_base_model_version ?? metadata['modelspec.architecture'] ?? '').toLowerCase();
  if (base === '') return [];
  return loraFamilies.filter((family) => family.metadata.some((prefix) => base.startsWith(prefix)));
}
