/**
 * The grammar of LoRA keys, which the engine reads from the same files: `protocol/loras/`. Its README says what the fields
 * mean and how a name is read; `engine/darkroom_engine/adapters/grammar.py` is the other reader.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const placeSchema = z.strictObject({
  /** A module, or those that share the rows in this order. */
  to: z.union([z.string(), z.array(z.string())]).transform((to) => [to].flat()),
  /** The two halves of its output stand the other way around. */
  halves: z.literal('swapped').optional(),
  /** Rows come head by head, as wide as the norm of this name. */
  heads: z.string().optional(),
  /** Only that part of `to`, counted in widths of its input; null is the end. */
  rows: z.tuple([z.int(), z.int().nullable()]).optional(),
});
export type Place = z.output<typeof placeSchema>;

const namesSchema = z.record(
  z.string(),
  z.union([
    placeSchema,
    z.union([z.string(), z.array(z.string())]).transform((to): Place => ({ to: [to].flat() })),
  ]),
);
export type Names = z.output<typeof namesSchema>;

const spellingSchema = z.strictObject({
  /** Those that have a file of their own, of look-alikes the more usual first. */
  families: z.array(z.string()),
  parts: z.array(
    z.strictObject({
      part: z.string(),
      form: z.enum(['lora', 'lokr', 'loha', 'glora', 'full', 'dora']).nullable(),
      /** The same for people: how such keys end. */
      keys: z.array(z.string()),
      pattern: z.string(),
    }),
  ),
  marks: z.array(z.strictObject({ key: z.string(), append: z.string(), why: z.string() })),
  prefixes: z.array(z.tuple([z.string(), z.string().nullable()])),
  encoders: z.record(z.string(), z.string()),
  aliases: z.record(z.string(), z.string()),
  names: namesSchema,
});

const shapeSchema = z.strictObject({
  module: z.string(),
  inputs: z.array(z.number()).optional(),
  shared: z.array(z.number()).optional(),
  inputsPerOutput: z.number().optional(),
  outputsPerInput: z.number().optional(),
  /** The look-alike has this, and the family has not. */
  negated: z.boolean().default(false),
});

const marksSchema = z.strictObject({
  strong: z.array(z.string()),
  weak: z.array(z.string()),
  shapes: z.array(shapeSchema).default([]),
  metadata: z.array(z.string()),
  /** Its files keep the alpha of all modules in the entry `alpha` of their metadata. */
  alphaEntry: z.boolean().default(false),
});

const familySchema = z.strictObject({
  label: z.string(),
  like: z.string().optional(),
  encoders: z.record(z.string(), z.string()).default({}),
  stems: z.record(z.string(), z.string()).default({}),
  names: namesSchema,
  marks: marksSchema,
});
export type FamilyFile = z.output<typeof familySchema>;

export interface NameRule {
  pattern: RegExp;
  place: Place;
}

/** What is particular to the files of one family. */
export interface FamilyGrammar {
  /** Components of text encoders by their prefix. */
  encoders: Readonly<Record<string, string>>;
  /** Flat beginnings, or whole names, and what they are replaced by. */
  stems: readonly (readonly [string, string])[];
  rules: readonly NameRule[];
}

const folder = path.join(import.meta.dirname, '../../protocol/loras');
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

export const spelling = spellingSchema.parse(readJson('spelling.json'));

export const familyFiles: ReadonlyMap<string, FamilyFile> = new Map(
  spelling.families.map((id) => [id, familySchema.parse(readJson(`families/${id}.json`))]),
);

/** How files spell parts of a change; the first pattern that matches a whole key decides. */
export const partPatterns = spelling.parts.map(({ part, form, pattern }) => ({
  part,
  form,
  pattern: wholePattern(pattern),
}));
export const markPatterns = spelling.marks.map(({ key, append }) => ({ pattern: wholePattern(key), append }));
export const aliasRules = nameRules(
  Object.fromEntries(Object.entries(spelling.aliases).map(([name, to]) => [name, { to: [to] }])),
);
export const commonRules = nameRules(spelling.names);

const plainFamily: FamilyGrammar = { encoders: spelling.encoders, stems: [], rules: [] };
const grammars = new Map([...familyFiles.keys()].map((id) => [id, readFamily(id)]));

/** The grammar of that family; one without names of its own where there is no file of it. */
export function familyGrammar(id: string): FamilyGrammar {
  return grammars.get(id) ?? plainFamily;
}

function readFamily(id: string): FamilyGrammar {
  const data = familyFiles.get(id);
  if (data === undefined) return plainFamily;
  const shared = data.like === undefined ? plainFamily : readFamily(data.like);
  return {
    encoders: { ...shared.encoders, ...data.encoders },
    stems: [
      ...Object.entries(data.stems).map(([stem, target]) => [flat(stem), target] as const),
      ...shared.stems,
    ],
    rules: [...nameRules(data.names), ...shared.rules],
  };
}

export function flat(name: string): string {
  return name.replaceAll('.', '_');
}

/** One for each name, and for each part of a fused module, which some trainers number: `qkv.0`. */
function nameRules(names: Names): NameRule[] {
  return Object.entries(names).flatMap(([name, place]) => [
    { pattern: namePattern(name), place },
    ...(place.to.length < 2 || place.heads !== undefined
      ? []
      : place.to.map((to, number) => ({ pattern: namePattern(`${name}.${number}`), place: { to: [to] } }))),
  ]);
}

/** A pattern of flat names: `{n}` is a number, `{rest}` anything, `{a|b}` one of those. */
function namePattern(name: string): RegExp {
  const pieces = [...name.matchAll(/([^{]*)(?:\{([^}]*)\})?/g)].map(([, literal = '', hole]) => {
    const escaped = escapePattern(flat(literal));
    if (hole === undefined) return escaped;
    if (hole === 'n') return `${escaped}([0-9]+)`;
    if (hole === 'rest') return `${escaped}(.+)`;
    return `${escaped}(${hole
      .split('|')
      .map((choice) => escapePattern(flat(choice)))
      .join('|')})`;
  });
  return wholePattern(pieces.join(''));
}

function escapePattern(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 's');
}

/** `template` with `{1}`, `{2}`, … replaced by what the holes of the name held. */
export function fillName(template: string, groups: readonly string[]): string {
  return groups.reduce((text, group, index) => text.replaceAll(`{${index + 1}}`, () => group), template);
}
