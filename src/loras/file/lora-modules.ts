import { type ChangeShape, changeShape, type Shape } from './fit/change-shape.ts';
import type { TensorFacts } from './header/parse-header.ts';
import { flatModuleName, type LoraForm, parseLoraKey } from './parse-lora-key.ts';

/** A module that a LoRA file changes, from the names and shapes in its header. */
export interface LoraModule {
  /** As in the file, without the ending that names the part. */
  key: string;
  /** As `parseLoraKey` gives it. */
  component: string | null;
  /** Without prefixes, with the file's dots or underscores. */
  module: string;
  /** The same with underscores only. */
  name: string;
  form: LoraForm;
  rank: number | null;
  hasAlpha: boolean;
  shape: ChangeShape;
}

interface Group {
  key: string;
  component: string | null;
  module: string;
  forms: Set<LoraForm>;
  parts: Map<string, Shape>;
}

/**
 * Group the tensors of a file into modules, in the order of their keys. Keys of no known form, and those that say again what
 * another has said, are returned apart.
 */
export function loraModules(tensors: readonly Pick<TensorFacts, 'name' | 'shape'>[]): {
  modules: LoraModule[];
  foreign: string[];
} {
  const groups = new Map<string, Group>();
  const foreign: string[] = [];
  for (const { name, shape } of tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const read = parseLoraKey(name);
    const id = JSON.stringify([read?.key, read?.module]);
    const group = read === null ? null : (groups.get(id) ?? { ...read, forms: new Set(), parts: new Map() });
    if (read === null || group === null || group.parts.has(read.part)) {
      foreign.push(name);
      continue;
    }
    groups.set(id, group);
    group.parts.set(read.part, shape);
    if (read.form !== null) group.forms.add(read.form);
  }
  return { modules: [...groups.values()].map(toModule), foreign };
}

function toModule({ key, component, module, forms, parts }: Group): LoraModule {
  return {
    key,
    component,
    module,
    name: flatModuleName(module),
    form:
      (['dora', 'lokr', 'loha', 'glora', 'full', 'lora'] as const).find((form) => forms.has(form)) ?? 'lora',
    rank: rankOf(parts),
    hasAlpha: parts.has('alpha'),
    shape: changeShape(parts),
  };
}

/** Of LoKr and LoHa, of which only decomposed sides have one, the last. */
function rankOf(parts: ReadonlyMap<string, Shape>): number | null {
  const half = ['lokr_w2_b', 'lokr_w1_b', 'hada_w1_b', 'down'].find((part) => parts.has(part));
  return (half === undefined ? null : parts.get(half)?.[0]) ?? null;
}
