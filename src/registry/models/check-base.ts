import type { ModelEntry } from '../../catalog/define-model.ts';
import { nearestId } from '../../catalog/nearest-id.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { RegistryContext } from '../registry-context.ts';

/** The entry of a base model. Throws INVALID_REQUEST for one that the catalog does not have. */
export function checkBase(
  { catalog }: Pick<RegistryContext, 'catalog'>,
  base: string | null,
): ModelEntry | null {
  if (base === null) return null;
  const entry = catalog.get(base);
  if (entry !== undefined) return entry;
  const nearest = nearestId(base, [...catalog.keys()]);
  throw new DarkroomError(
    'INVALID_REQUEST',
    `There is no base model "${base.slice(0, 64)}".${nearest === null ? '' : ` Did you mean "${nearest}"?`} The base models are ${[...catalog.keys()].join(', ')}.`,
    { details: { base: base.slice(0, 64) } },
  );
}
