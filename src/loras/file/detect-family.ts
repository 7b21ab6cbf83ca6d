import { type LoraFamily, loraFamilies } from '../../catalog/lora-families.ts';
import type { LoraModule } from './lora-modules.ts';

/**
 * The families a LoRA may have been made for, best first; empty when nothing is recognised. Module names decide; where
 * several families share them, shapes and then the metadata narrow the choice.
 */
export function detectFamilies(
  modules: readonly LoraModule[],
  metadata: Record<string, string>,
): LoraFamily[] {
  const denoiser = modules.filter((module) => module.component === null || isTransformer(module.component));
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

const isTransformer = (component: string): boolean => component.startsWith('transformer');

function matches(patterns: readonly RegExp[], modules: readonly LoraModule[]): boolean {
  return patterns.some((pattern) => modules.some((module) => pattern.test(module.name)));
}

type FamilyShape = LoraFamily['shapes'][number];

/** Whether a module that the family has shapes for shows one of them, or one that the family does not have. */
function hasShape(
  family: LoraFamily,
  modules: readonly LoraModule[],
  wanted: 'its own' | 'foreign',
): boolean {
  return family.shapes.some((shape) =>
    modules.some((module) => shape.module.test(module.name) && compare(shape, module) === wanted),
  );
}

function compare(known: FamilyShape, { shape }: LoraModule): 'its own' | 'foreign' | 'unknown' {
  const [outputs, inputs] = shape.weight ?? [];
  if (outputs === undefined || inputs === undefined || known.shared?.includes(inputs)) return 'unknown';
  const agrees =
    (known.inputs?.includes(inputs) ?? true) &&
    (known.inputsPerOutput === undefined || inputs === known.inputsPerOutput * outputs) &&
    (known.outputsPerInput === undefined || outputs === known.outputsPerInput * inputs);
  return agrees === known.negated ? 'foreign' : 'its own';
}

function familiesOfMetadata(metadata: Record<string, string>): LoraFamily[] {
  const base = (metadata.ss_base_model_version ?? metadata['modelspec.architecture'] ?? '').toLowerCase();
  if (base === '') return [];
  return loraFamilies.filter((family) => family.metadata.some((prefix) => base.startsWith(prefix)));
}
