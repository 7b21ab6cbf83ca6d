/**
 * LoRA files for a model, as names and shapes: well-formed ones of every spelling of its family, damaged ones, and mixtures.
 */
import fc from 'fast-check';
import { type FamilyFile, familyFiles, flat, type Place, spelling } from '../../src/catalog/lora-grammar.ts';

export type Tensor = readonly [name: string, shape: readonly number[]];
/** The tensors of each component that LoRAs may change. */
export type Base = Readonly<Record<string, readonly Tensor[]>>;

interface Target {
  component: string;
  /** Dotted, as the model names it, or as an original release does. */
  name: string;
  rows: number;
  columns: number;
  isVector: boolean;
}

const neutral = spelling.prefixes.flatMap(([prefix, component]) => (component === null ? [prefix] : []));
const junk = fc.string({ unit: fc.constantFrom(...'ab0._$é\n-'), minLength: 1, maxLength: 24 });

/** `family` names the rules, `denoiser` the component that names without a prefix are for. */
export function loraFile(family: string, denoiser: string, base: Base): fc.Arbitrary<Tensor[]> {
  const known = targets(base);
  const original = originalTargets(
    family,
    known.filter(({ component }) => component === denoiser),
  );
  const target = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: original.length === 0 ? 0 : 8, arbitrary: fc.constantFrom(...original, ...known.slice(0, 1)) },
    { weight: 1, arbitrary: strangeTarget(denoiser) },
  );
  const module = target.chain((found) => spelledModule(found, denoiser));
  return fc
    .tuple(fc.array(module, { minLength: 1, maxLength: 8 }), fc.array(junk, { maxLength: 2 }))
    .map(([modules, foreign]) => [
      ...new Map<string, readonly number[]>([
        ...modules.flat(),
        ...foreign.map((name): Tensor => [name, [2, 2]]),
      ]),
    ]);
}

function targets(base: Base): Target[] {
  return Object.entries(base).flatMap(([component, tensors]) =>
    tensors
      .filter(([name]) => !name.endsWith('.bias'))
      .map(([name, shape]) => ({
        component,
        name: name.replace(/\.weight$/, ''),
        rows: shape[0] ?? 1,
        columns: shape.slice(1).reduce((product, side) => product * side, 1),
        isVector: shape.length === 1,
      })),
  );
}

/** Original names whose places are modules of the model, as wide as those together. */
function originalTargets(family: string, known: readonly Target[]): Target[] {
  return Object.entries(namesOf(family)).flatMap(([name, place]) => {
    const [first = ''] = place.to;
    const pattern = templatePattern(first);
    return known
      .flatMap((target) => {
        const match = pattern.exec(target.name);
        return match === null ? [] : [{ target, groups: match.slice(1) }];
      })
      .slice(0, 4)
      .flatMap(({ target, groups }) => {
        const rows = place.rows === undefined ? target.rows * place.to.length : target.columns;
        const whole = { ...target, rows, name: original(name, groups) };
        const pieces = place.to.length < 2 ? [] : [{ ...target, name: `${whole.name}.0` }];
        return [whole, ...pieces];
      });
  });
}

function namesOf(family: string): Record<string, Place> {
  const file: FamilyFile | undefined = familyFiles.get(family);
  const own = { ...spelling.names, ...file?.names };
  return file?.like === undefined ? own : { ...namesOf(file.like), ...own };
}

/** Module paths that a place can mean; its holes take whole stretches. */
function templatePattern(template: string): RegExp {
  const pieces = template.replace(/^\w+:/, '').split(/\{[0-9]\}/);
  return new RegExp(`^${pieces.map((piece) => piece.replace(/[.\-[\]]/g, '\\$&')).join('(.+?)')}$`);
}

/** `name` with its holes filled, and the first choice where the place does not tell which. */
function original(name: string, groups: readonly string[]): string {
  let number = 0;
  return name.replace(/\{([^}]*)\}/g, (_, hole: string) => {
    const group = groups[number];
    number += 1;
    const choices = hole.split('|');
    if (choices.length > 1 && (group === undefined || !choices.includes(group))) return choices[0] ?? '';
    return group ?? '0';
  });
}

function strangeTarget(component: string): fc.Arbitrary<Target> {
  return fc.record({
    component: fc.constantFrom(component, 'text_encoder_3', 'connectors'),
    name: fc.oneof(junk, fc.constantFrom('transformer_blocks.99.attn.to_q', 'double_blocks.77.img_attn.qkv')),
    rows: fc.integer({ min: 1, max: 64 }),
    columns: fc.integer({ min: 1, max: 64 }),
    isVector: fc.boolean(),
  });
}

function spelledModule(target: Target, denoiser: string): fc.Arbitrary<Tensor[]> {
  return fc
    .record({
      key: spelledKey(target, denoiser),
      parts: fc.oneof(
        { weight: 6, arbitrary: formOf(target) },
        { weight: 1, arbitrary: formOf({ ...target, rows: target.rows + 3 }) },
        { weight: 1, arbitrary: formOf({ ...target, columns: target.columns * 2 }) },
      ),
      drop: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat() }),
      alpha: fc.boolean(),
    })
    .map(({ key, parts, drop, alpha }) => {
      const kept = parts.filter((_, index) => drop === null || index !== drop % parts.length);
      const whole: Tensor[] = alpha ? [...kept, ['.alpha', []]] : kept;
      return whole.map(([ending, shape]) => [key + ending, shape]);
    });
}

function spelledKey({ component, name }: Target, denoiser: string): fc.Arbitrary<string> {
  const prefixes =
    component === denoiser
      ? fc.array(fc.constantFrom(...neutral), { maxLength: 2 }).map((found) => found.join(''))
      : fc.constantFrom(
          `${component}.`,
          ...spelling.prefixes.flatMap(([prefix, named]) =>
            named !== null && (named === component || spelling.encoders[named] === component) ? [prefix] : [],
          ),
        );
  const spelled = fc.oneof(
    { weight: 3, arbitrary: fc.constant(name) },
    { weight: 3, arbitrary: fc.constant(flat(name)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(`${flat(name)}_`, `_${flat(name)}`, name.replaceAll('.', '$$$$')),
    },
    { weight: 1, arbitrary: fc.constant(name.replace(/\.(to_\w+)$/, '.processor.$1')) },
  );
  return fc.tuple(prefixes, spelled).map(([prefix, text]) => prefix + text);
}

/** The tensors of a change with that many rows and columns, by the ends of their keys. */
function formOf({ rows, columns, isVector }: Target): fc.Arbitrary<Tensor[]> {
  const vectors: Tensor[][] = [
    [
      ['.w_norm', [rows]],
      ['.b_norm', [rows]],
    ],
    [['.diff', [rows]]],
  ];
  const bias: Tensor[][] = [[['.diff_b', [rows]]]];
  if (isVector) return fc.constantFrom(...vectors, ...bias);
  const pairs = [
    ['.lora_A.weight', '.lora_B.weight'],
    ['.lora_A.default.weight', '.lora_B.default.weight'],
    ['.lora_A', '.lora_B'],
    ['.lora_down.weight', '.lora_up.weight'],
    ['.lora.down.weight', '.lora.up.weight'],
    ['_lora.down.weight', '_lora.up.weight'],
    ['_lora1.down.weight', '_lora1.up.weight'],
    ['.lora_linear_layer.down.weight', '.lora_linear_layer.up.weight'],
  ].map(([down = '', up = '']): Tensor[] => [
    [down, [4, columns]],
    [up, [rows, 4]],
  ]);
  const [one = [], two = []] = pairs;
  const halves = { rows: rows % 2 === 0 ? 2 : 1, columns: columns % 2 === 0 ? 2 : 1 };
  const lokr: Tensor[] = [
    ['.lokr_w1', [halves.rows, halves.columns]],
    ['.lokr_w2_a', [rows / halves.rows, 3]],
    ['.lokr_w2_b', [3, columns / halves.columns]],
  ];
  const loha: Tensor[] = [
    ['.hada_w1_a', [rows, 2]],
    ['.hada_w1_b', [2, columns]],
    ['.hada_w2_a', [rows, 2]],
    ['.hada_w2_b', [2, columns]],
  ];
  const glora: Tensor[] = [
    ['.a1.weight', [4, columns]],
    ['.a2.weight', [columns, 4]],
    ['.b1.weight', [4, columns]],
    ['.b2.weight', [rows, 4]],
  ];
  return fc.constantFrom(
    ...pairs,
    ...[lokr, loha, glora, [['.diff', [rows, columns]] as const], ...bias],
    [...one, ['.dora_scale', [rows]] as const],
    [...one, ['.lora_B.bias', [rows]] as const],
    [...one, ...two],
    [...one, ['.diff_b', [rows]] as const],
  );
}
