/**
 * The shape of the change that a module's tensors describe, from their own shapes.
 *
 * The engine computes the same from the tensors: `engine/darkroom_engine/adapters/shapes.py`.
 */
export type Shape = readonly number[];
export type PartShapes = ReadonlyMap<string, Shape>;

export interface ChangeShape {
  /** Rows first; null: the weight is left alone. */
  weight: Shape | null;
  /** Its length; null: the bias is left alone. */
  bias: number | null;
  /** Why the tensors describe no change. */
  problem: string | null;
}

type Found = Shape | string | null;

/** The problem of an alpha alone. */
export const noChange = 'no change';
const otherRanks = 'two halves of different ranks';
const otherSizes = 'two halves of different sizes';

/** Kernels of LoKr and LoHa halves may be folded into the columns: only the number of values in a row is sure. */
export function changeShape(parts: PartShapes): ChangeShape {
  const bias = parts.get('diff_b') ?? parts.get('up_bias');
  if (bias !== undefined && bias.length !== 1) return broken('a bias of no single dimension');
  const length = bias?.[0] ?? null;
  for (const form of [difference, lora, lokr, loha, glora]) {
    const found = form(parts);
    if (typeof found === 'string') return broken(found);
    if (found !== null) return { weight: found, bias: length, problem: null };
  }
  if (parts.has('dora')) return broken('a magnitude without a change');
  return { weight: null, bias: length, problem: length === null ? noChange : null };
}

const broken = (problem: string): ChangeShape => ({ weight: null, bias: null, problem });

function difference(parts: PartShapes): Found {
  const whole = parts.get('diff');
  if (whole === undefined) return null;
  return whole.length === 0 ? 'a difference without a dimension' : whole;
}

/** ai-toolkit's `type: fullrank` keeps a whole change under the name of the down side. */
function lora(parts: PartShapes): Found {
  const [down, up, mid] = [parts.get('down'), parts.get('up'), parts.get('mid')];
  if (down === undefined && up === undefined) return null;
  if (down === undefined) return 'one half of a pair';
  if (up === undefined) return down.length === 0 ? otherRanks : down;
  const [rank, inputs] = down;
  const [outputs, upRank] = up;
  if (rank === undefined || inputs === undefined || outputs === undefined || upRank === undefined)
    return otherRanks;
  const ranks = mid === undefined ? [rank, rank] : [mid[0], mid[1]];
  return ranks[0] === upRank && ranks[1] === rank ? [outputs, inputs, ...(mid ?? down).slice(2)] : otherRanks;
}

function lokr(parts: PartShapes): Found {
  if (![...parts.keys()].some((part) => part.startsWith('lokr_'))) return null;
  const one = lokrHalf(parts, '1');
  const two = lokrHalf(parts, '2');
  if (typeof one === 'string') return one;
  if (typeof two === 'string') return two;
  const [rows, columns, ...kernel] = two;
  return [one[0] * rows, one[1] * columns, ...kernel];
}

type Half = readonly [number, number, ...number[]];

/** One side of the Kronecker product. */
function lokrHalf(parts: PartShapes, half: '1' | '2'): Half | string {
  const [whole, a, b] = ['', '_a', '_b'].map((end) => parts.get(`lokr_w${half}${end}`));
  if (whole !== undefined) {
    const [rows, columns, ...kernel] = whole;
    if (rows === undefined || columns === undefined) return 'a LoKr side of less than two dimensions';
    return [rows, columns, ...kernel];
  }
  if (a === undefined || b === undefined) return 'one side of a LoKr';
  const core = half === '2' ? parts.get('lokr_t2') : undefined;
  const [aRows, aColumns] = a;
  const [bRows, bColumns] = b;
  if (a.length !== 2 || b.length !== 2) return otherRanks;
  if (aRows === undefined || aColumns === undefined || bRows === undefined || bColumns === undefined)
    return otherRanks;
  if (core !== undefined)
    return core[0] === aRows && core[1] === bRows ? [aColumns, bColumns, ...core.slice(2)] : otherRanks;
  return aColumns === bRows ? [aRows, bColumns] : otherRanks;
}

function loha(parts: PartShapes): Found {
  if (![...parts.keys()].some((part) => part.startsWith('hada_'))) return null;
  const [a1, b1, a2, b2] = ['1_a', '1_b', '2_a', '2_b'].map((part) => matrix(parts.get(`hada_w${part}`)));
  if (!a1 || !b1 || !a2 || !b2) return 'a part of a LoHa';
  const core = parts.get('hada_t1');
  const side = core === undefined ? 0 : 1;
  if (a1[side] !== a2[side] || b1[1] !== b2[1]) return otherSizes;
  return [a1[side], b1[1], ...(core?.slice(2) ?? [])];
}

/** LyCORIS turned the four factors around in its release 3: before it, the rank comes first in `a1`. */
function glora(parts: PartShapes): Found {
  const given = ['a1', 'a2', 'b1', 'b2'].map((part) => parts.get(`glora_${part}`));
  if (given.every((part) => part === undefined)) return null;
  const [a1, a2, b1, b2] = given.map(matrix);
  if (!a1 || !a2 || !b1 || !b2) return 'a part of a GLoRA';
  const isOld = a1[0] === a2[1] && a1[0] === b1[0] && a1[0] === b2[1] && a1[1] === a2[0];
  if (isOld) return a2[0] === b1[1] ? [b2[0], b1[1]] : otherSizes;
  if (a1[1] !== a2[0] || a1[1] !== b1[1] || a1[1] !== b2[0]) return otherRanks;
  return a1[0] === b2[1] ? [b1[0], b2[1]] : otherSizes;
}

function matrix(shape: Shape | undefined): readonly [number, number] | null {
  const [rows, columns, ...more] = shape ?? [];
  return rows === undefined || columns === undefined || more.length > 0 ? null : [rows, columns];
}
