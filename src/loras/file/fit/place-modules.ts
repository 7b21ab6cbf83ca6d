/**
 * Where the modules of a file go in a model, as far as names and shapes tell, and what is left out and why.
 *
 * The engine decides the same with what it has loaded: `engine/darkroom_engine/adapters/placing.py`. The tests send the same
 * files through both.
 */
import type { FamilyGrammar } from '../../../catalog/lora-grammar.ts';
import type { LoraModule } from '../lora-modules.ts';
import type { BaseModules } from './base-modules.ts';
import type { ChangeShape } from './change-shape.ts';
import { type Fit, fitModule, type Spot } from './fit-module.ts';
import { type Candidate, moduleCandidates } from './module-candidates.ts';

/** What a file is placed in. */
export interface PlacingModel {
  family: FamilyGrammar;
  /** Components that LoRAs may change. The first takes what names none. */
  targets: readonly string[];
  /** Modules by component; a component that is not listed is not on this machine, and every name in it counts as present. */
  base: ReadonlyMap<string, BaseModules>;
}

export interface Placing {
  /** In the order of the modules; empty for those without a place. */
  spots: Spot[][];
  /** Why modules, or a part of them, have none. */
  leftOut: LeftOut[];
}

/** `copyOf`: the key of the module that changes the same weights. */
export interface LeftOut {
  module: LoraModule;
  why: string;
  copyOf: string | null;
}

const noModule = 'no such module';

export function placeModules(modules: readonly LoraModule[], model: PlacingModel): Placing {
  const placed = modules.map((module) => placeModule(module, model));
  const order = [...modules.keys()].sort(compare);
  const claimed = claim(
    order.map((number) => ({ key: modules[number]?.key ?? '', spots: placed[number]?.fit.spots ?? [] })),
  );
  const results = modules.map((module, number) => {
    const own = claimed[order.indexOf(number)] ?? { spots: [], owners: [] };
    const problem = placed[number]?.fit.problem ?? null;
    const leftOut = [
      ...(problem === null ? [] : [{ module, why: problem, copyOf: null }]),
      ...own.owners.map((key) => ({ module, why: `the same weights as ${key}, counted once`, copyOf: key })),
    ];
    return { spots: own.spots, leftOut };
  });
  return { spots: results.map(({ spots }) => spots), leftOut: results.flatMap(({ leftOut }) => leftOut) };

  /** The model's own names come first, then the order of keys. */
  function compare(a: number, b: number): number {
    const plain = Number(placed[b]?.isPlain ?? false) - Number(placed[a]?.isPlain ?? false);
    const [one = '', other = ''] = [modules[a]?.key, modules[b]?.key];
    return plain === 0 ? Number(one > other) - Number(one < other) : plain;
  }
}

/** Where one goes, and whether under the model's own name. */
function placeModule(module: LoraModule, model: PlacingModel): { fit: Fit; isPlain: boolean } {
  const component = componentOf(module, model);
  if (!model.targets.includes(component)) return none(`no LoRA can change ${component}`);
  if (module.shape.problem !== null) return none(module.shape.problem);
  const candidates = moduleCandidates(model.family, component, module.name).filter((candidate) =>
    model.targets.includes(candidate.component),
  );
  let problem = noModule;
  for (const candidate of candidates) {
    const base = model.base.get(candidate.component);
    if (base === undefined) return believe(candidates, module.shape);
    const fit = fitModule(candidate, module.shape, (name) => base.get(name));
    if (fit === null) continue;
    if (fit.spots.length > 0) return { fit, isPlain: candidate.isPlain };
    if (problem === noModule) problem = fit.problem ?? noModule;
  }
  return none(problem);
}

const none = (problem: string): { fit: Fit; isPlain: boolean } => ({
  fit: { spots: [], problem },
  isPlain: false,
});

const whole = { take: { kind: 'all', start: 0, count: 0, parts: 1 } } as const;

/** Without the model's modules at hand: what an original name means, else the name as it is. */
function believe(candidates: readonly Candidate[], shape: ChangeShape): { fit: Fit; isPlain: boolean } {
  const candidate = candidates.find(({ isPlain }) => !isPlain) ?? candidates[0];
  if (candidate === undefined) return none(noModule);
  const { component, names, place, isPlain } = candidate;
  const [start, end] = place.rows ?? [0, null];
  const into = place.rows === undefined ? null : ([start, (end ?? Number.MAX_SAFE_INTEGER) - start] as const);
  const spots = names.flatMap((name) => [
    ...(shape.weight === null ? [] : [{ ...whole, component, name, into, attribute: 'weight' as const }]),
    ...(shape.bias === null ? [] : [{ ...whole, component, name, into, attribute: 'bias' as const }]),
  ]);
  return { fit: { spots, problem: null }, isPlain };
}

/** The component that a module is for: the model's first where the file names none. */
export function componentOf(
  { component }: Pick<LoraModule, 'component'>,
  { family, targets }: Pick<PlacingModel, 'family' | 'targets'>,
): string {
  if (component === null) return targets[0] ?? 'transformer';
  return family.encoders[component] ?? component;
}

/**
 * Rows of a parameter belong to one module of the file: the first that asks for them. Some files hold a change twice, fused
 * and split.
 */
function claim(asking: readonly { key: string; spots: Spot[] }[]): { spots: Spot[]; owners: string[] }[] {
  const taken = new Map<string, { spot: Spot; key: string }[]>();
  return asking.map(({ key, spots }) => {
    const kept: Spot[] = [];
    const owners = new Set<string>();
    for (const spot of spots) {
      const slot = JSON.stringify([spot.component, spot.name, spot.attribute]);
      const claims = taken.get(slot) ?? [];
      taken.set(slot, claims);
      const first = claims.find((other) => overlap(other.spot, spot));
      if (first === undefined) {
        claims.push({ spot, key });
        kept.push(spot);
      } else owners.add(first.key);
    }
    return { spots: kept, owners: [...owners] };
  });
}

function overlap({ into: one }: Spot, { into: other }: Spot): boolean {
  if (one === null || other === null) return true;
  return one[0] < other[0] + other[1] && other[0] < one[0] + one[1];
}
