/**
 * Check whether a place that a name can mean exists in the modules of a component.
 *
 * The engine does the same with the modules it has loaded: `engine/darkroom_engine/adapters/fitting.py`.
 */
import type { BaseModule } from './base-modules.ts';
import type { ChangeShape, Shape } from './change-shape.ts';
import type { Candidate } from './module-candidates.ts';

/** Which rows of a change one module takes: `count` from `start`, or of every head, which is `count` rows, one of `parts`. */
export interface Take {
  kind: 'all' | 'rows' | 'swapped' | 'heads';
  start: number;
  count: number;
  parts: number;
}

/** A parameter by its flat name. `into`: the change is only for that many rows of it, from the first of the two. */
export interface Spot {
  component: string;
  name: string;
  attribute: 'weight' | 'bias' | 'bare';
  take: Take;
  into: readonly [start: number, count: number] | null;
}

/** `problem` says what does not fit: nothing of the change, or with spots its bias only. */
export interface Fit {
  spots: Spot[];
  problem: string | null;
}

export type FindModule = (name: string) => BaseModule | undefined;

const all: Take = { kind: 'all', start: 0, count: 0, parts: 1 };
const misfit = (problem: string): Fit => ({ spots: [], problem });

/** Null when the model has no such module. */
export function fitModule(candidate: Candidate, shape: ChangeShape, find: FindModule): Fit | null {
  const known = candidate.names.flatMap((name) => find(name) ?? []);
  const [first] = known;
  if (first === undefined || known.length !== candidate.names.length) return null;
  if (first.bare !== null && known.length === 1) return fitBare(candidate, shape, first.bare);
  const bias = shape.bias === null ? null : fitBias(candidate, shape.bias, known, find);
  if (shape.weight === null) return bias ?? misfit('no change');
  const weight = fitWeight(candidate, shape.weight, known, find);
  if (bias === null || weight.spots.length === 0) return weight;
  return { spots: [...weight.spots, ...bias.spots], problem: bias.problem };
}

function fitBare({ component, names }: Candidate, { weight, bias }: ChangeShape, bare: Shape): Fit {
  const [name = ''] = names;
  if (weight === null || product(weight) !== product(bare))
    return misfit(mismatch(weight ?? [bias ?? 0], bare));
  return { spots: [{ component, name, attribute: 'bare', take: all, into: null }], problem: null };
}

function fitWeight(candidate: Candidate, shape: Shape, known: BaseModule[], find: FindModule): Fit {
  const weights = known.flatMap(({ weight }) => (weight === null ? [] : [weight]));
  if (weights.length !== known.length) return misfit('no weight there');
  const rows = weights.map(([first = 1]) => first);
  const part = partOf(candidate, known, rows);
  const wanted = part?.[1] ?? sum(rows);
  const values = product(shape.slice(1));
  const [first = []] = weights;
  if (shape[0] !== wanted || weights.some((weight) => product(weight.slice(1)) !== values))
    return misfit(mismatch(shape, [wanted, ...first.slice(1)]));
  return deal(candidate, 'weight', rows, part, find);
}

function fitBias(candidate: Candidate, length: number, known: BaseModule[], find: FindModule): Fit {
  const biases = known.flatMap(({ bias }) => (bias === null ? [] : [bias]));
  if (biases.length !== known.length) return misfit('no bias there');
  const rows = biases.map(([first = 1]) => first);
  const part = partOf(candidate, known, rows);
  const wanted = part?.[1] ?? sum(rows);
  if (length !== wanted) return misfit(`a bias of ${length} where the model has ${wanted}`);
  return deal(candidate, 'bias', rows, part, find);
}

/** First row and number of rows of a part of a fused module, which are counted in widths of its input. */
function partOf(
  { place }: Candidate,
  [known]: readonly BaseModule[],
  [rows = 0]: readonly number[],
): readonly [number, number] | null {
  if (place.rows === undefined || known === undefined || known.weight === null) return null;
  const width = product(known.weight.slice(1));
  const [first, end] = place.rows;
  return [first * width, (end === null ? rows : end * width) - first * width];
}

/** Give each module its rows of a change that is as long as all of them. */
function deal(
  candidate: Candidate,
  attribute: Spot['attribute'],
  rows: readonly number[],
  into: Spot['into'],
  find: FindModule,
): Fit {
  const { component, names, heads } = candidate;
  const takes = heads === null ? dealRows(candidate, rows) : dealHeads(find(heads), rows);
  if (takes === null) return misfit('heads of another width');
  const spots = names.map((name, number) => ({
    component,
    name,
    attribute,
    into,
    take: takes[number] ?? all,
  }));
  return { spots, problem: null };
}

function dealRows({ place }: Candidate, rows: readonly number[]): Take[] {
  if (place.halves === 'swapped')
    return [{ kind: 'swapped', start: 0, count: Math.floor((rows[0] ?? 0) / 2), parts: 1 }];
  if (rows.length === 1) return [all];
  return rows.map((count, number) => ({ kind: 'rows', start: sum(rows.slice(0, number)), count, parts: 1 }));
}

function dealHeads(norm: BaseModule | undefined, rows: readonly number[]): Take[] | null {
  const width = norm?.weight?.[0] ?? 0;
  const [first = 0] = rows;
  if (width === 0 || rows.some((count) => count !== first) || first % width !== 0) return null;
  return rows.map((_, number) => ({ kind: 'heads', start: number, count: width, parts: rows.length }));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const product = (numbers: readonly number[]): number => numbers.reduce((total, number) => total * number, 1);
const mismatch = (shape: Shape, weight: Shape): string =>
  `${shape.join('×')} where the model has ${weight.join('×')}`;
