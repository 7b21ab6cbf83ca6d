import type { Model } from '../api/models.ts';

/** What a model needs, in a few words. */
export function stateText(model: Model): string {
  if (model.base_model_url === null) return 'comes with Darkroom';
  return `${Math.round(model.memory_gib)} GiB${model.gated ? ', licence' : ''}`;
}
