import { type LoraFamily, loraFamilies } from '../catalog/lora-families.ts';
import type { LoraModule } from './lora-modules.ts';

/**
 * The families a LoRA may have been made for, best first; empty when nothing is recognised. Module names decide; where
 * several families share them, shapes and then the metadata narrow the choice.
 */
export function detectFamilies(
  modules: readonly LoraModule[],
  metadata: Record<string, string>,
): LoraFamily[] {
  const denoiser = modules.filter((module) => module.component === 'denoiser');
  const byStrong = loraFamilies.filter((family) => matches(family.strong, denoiser));
  const byShape = loraFamilies.filter(
    (family) => hasShape(family, denoiser, 'its own') && !hasShape(family, denoiser, 'foreign'),
  );
  const byWeak = loraFamilies.filter(
    (family) => matches(family.weak, denoiser) && !hasShape(family, denoiser, 'foreign'),
  );
  const byMetadata = familiesOfMetadata(metadata);
  const candidates = byStrong.length > 0 ? byStrong : byShape.length > 0 ? byShape : byWeak;
  if (candidates.length === 0) return denoiser.length === 0 ? byMetadata : [];
  const agreed = candidates.filter((family) => byMetadata.includes(family));
  return agreed.length > 0 ? agreed : candidates;
}

function matches(patterns: readonly RegExp[], modules: readonly LoraModule[]): boolean {
  return patterns.some((pattern) => modules.some((module) => pattern.test(module.name)));
}

type Shape = NonNullable<LoraFamily['shapes']>[number];

/** Whether a module that the family has shapes for shows one of them, or one that the family does not have. */
function hasShape(
  family: LoraFamily,
  modules: readonly LoraModule[],
  wanted: 'its own' | 'foreign',
): boolean {
  return (family.shapes ?? []).some((shape) =>
    modules.some((module) => shape.module.test(module.name) && compare(shape, module) === wanted),
  );
}

function compare(shape: Shape, { inputs, outputs }: LoraModule): 'its own' | 'foreign' | 'unknown' {
  if (inputs === null) return 'unknown';
  if (shape.inputsPerOutput !== undefined) {
    if (outputs === null) return 'unknown';
    return inputs === shape.inputsPerOutput * outputs ? 'its own' : 'foreign';
  }
  if (shape.shared?.includes(inputs)) return 'unknown';
  return shape.inputs?.includes(inputs) ? 'its own' : 'foreign';
}

function familiesOfMetadata(metadata: Record<string, string>): LoraFamily[] {
  const base = (metadata.ss_base_model_version ?? metadata['modelspec.architecture'] ?? '').toLowerCase();
  if (base === '') return [];
  return loraFamilies.filter((family) => family.metadata.some((prefix) => base.startsWith(prefix)));
}
