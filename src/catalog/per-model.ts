/**
 * A setting that may differ from model to model, written as one line: a value for all, then exceptions by id.
 *
 *   QUANTIZATION=fp8                       every model
 *   OFFLOAD_MODE=auto,flux2=sequential     flux2 alone is different
 *   DTYPE=sdxl=float16                     the default for all but sdxl
 */
import type { Catalog } from './load-catalog.ts';
import { nearestId } from './nearest-id.ts';

export interface PerModel<Value extends string> {
  all: Value;
  exceptions: ReadonlyMap<string, Value>;
}

/** Throws an Error that says which part is not right and what is accepted. */
export function parsePerModel<Value extends string>(
  text: string,
  values: readonly Value[],
  fallback: Value,
): PerModel<Value> {
  const exceptions = new Map<string, Value>();
  let all = fallback;
  for (const part of text
    .split(',')
    .map((piece) => piece.trim())
    .filter(Boolean)) {
    const [left = '', right] = part.split('=').map((piece) => piece.trim());
    const word = right ?? left;
    const value = values.find((candidate) => candidate === word);
    if (value === undefined) {
      throw new Error(`"${word}" is none of ${values.join(', ')}; write value or value,model=value,…`);
    }
    if (right === undefined) all = value;
    else exceptions.set(left, value);
  }
  return { all, exceptions };
}

export function valueFor<Value extends string>(setting: PerModel<Value>, model: string): Value {
  return setting.exceptions.get(model) ?? setting.all;
}

/** Throws an Error when a setting names a model that there is not: a typing error would pass for the default. */
export function checkModelNames(
  settings: Readonly<Record<string, PerModel<string>>>,
  catalog: Catalog,
): void {
  for (const [name, { exceptions }] of Object.entries(settings)) {
    for (const id of exceptions.keys()) {
      if (catalog.has(id)) continue;
      const nearest = nearestId(id, catalog.keys());
      const advice = nearest === null ? '`darkroom models` lists all' : `did you mean ${nearest}`;
      throw new Error(`${name} names the model "${id}", which does not exist; ${advice}.`);
    }
  }
}
