/**
 * What the core says to a client, as data: text, and references that each dialect puts its own names to. A sentence without
 * references is a plain string, which is also what earlier versions have stored.
 *
 *   said`${promptNamed(0, 'sampler')} was not used.`   ─▶   prompts[0].sampler was not used.
 */
import { z } from 'zod';
import { plainName, type Reference, referenceSchema } from './reference.ts';

export type Part = string | { name: Reference } | { advice: Part[] };
export type Sentence = string | { said: Part[] };

const partSchema: z.ZodType<Part> = z.lazy(() =>
  z.union([
    z.string(),
    z.strictObject({ name: referenceSchema }),
    z.strictObject({ advice: z.array(partSchema) }),
  ]),
);
export const sentenceSchema: z.ZodType<Sentence> = z.union([
  z.string(),
  z.strictObject({ said: z.array(partSchema) }),
]);

/** What may stand in a template. */
type Filling = string | number | bigint | Reference | Sentence | Advice;
type Advice = { advice: Part[] };

/** A sentence of text and references. */
export function said(texts: TemplateStringsArray, ...fillings: readonly Filling[]): Sentence {
  return sentenceOf(partsOf(texts, fillings));
}

/** A part of a sentence that is left out where a dialect has no name for one of its references: its client could not follow it. */
export function advice(texts: TemplateStringsArray, ...fillings: readonly Filling[]): Advice {
  return { advice: partsOf(texts, fillings) };
}

function partsOf(texts: TemplateStringsArray, fillings: readonly Filling[]): Part[] {
  return texts.flatMap((text, index) => {
    const filling = fillings[index];
    return filling === undefined ? [text] : [text, ...partsIn(filling)];
  });
}

function partsIn(filling: Filling): Part[] {
  if (typeof filling !== 'object') return [String(filling)];
  if ('said' in filling) return filling.said;
  return 'advice' in filling ? [filling] : [{ name: filling }];
}

function sentenceOf(parts: readonly Part[]): Sentence {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  const [first = '', ...rest] = merged;
  return typeof first === 'string' && rest.length === 0 ? first : { said: merged };
}

/** What a dialect calls something; null for what its clients cannot say or see. */
export type NameOf = (reference: Reference) => string | null;

/** The sentence in the words of a dialect. */
export function wordSentence(sentence: Sentence, nameOf: NameOf): string {
  return typeof sentence === 'string' ? sentence : wordParts(sentence.said, nameOf);
}

/** The sentence in plain English, for logs and for whoever has no names of their own. */
export const plainSentence = (sentence: Sentence): string => wordSentence(sentence, () => null);

function wordParts(parts: readonly Part[], nameOf: NameOf): string {
  return parts.reduce<string>((text, part) => {
    if (typeof part === 'string') return text + part;
    if ('advice' in part)
      return isFollowed(part.advice, nameOf) ? text + wordParts(part.advice, nameOf) : text;
    return text + (nameOf(part.name) ?? inPlace(plainName(part.name), text));
  }, '');
}

function isFollowed(parts: readonly Part[], nameOf: NameOf): boolean {
  return parts.every((part) => typeof part === 'string' || 'advice' in part || nameOf(part.name) !== null);
}

/** A noun with a capital where it begins a sentence. */
function inPlace(noun: string, before: string): string {
  return before === '' || /[.!?] $/.test(before) ? noun.charAt(0).toUpperCase() + noun.slice(1) : noun;
}

/** Every sentence in a JSON value, such as the facts about an error, in the words of a dialect. */
export function wordDeep(value: unknown, nameOf: NameOf): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => wordDeep(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  if ('said' in value) return wordSentence(sentenceSchema.parse(value), nameOf);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, wordDeep(field, nameOf)]));
}
