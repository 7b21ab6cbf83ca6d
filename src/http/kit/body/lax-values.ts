/**
 * Values of another JSON type than a field's own, taken where the reference server takes them. Its schemas are pydantic's,
 * in lax mode: a number may be a string or a boolean, a boolean may be one of some words or 0 or 1, and nothing becomes a
 * string. The grammar is that of https://docs.pydantic.dev/latest/concepts/conversion_table/ and of pydantic-core.
 */
import type { z } from 'zod';
import { exactInteger } from '../../../render/exact-json.ts';
import { acceptedType, type SchemaNode, schemaFields, schemaItem, schemaNode } from './describe-schema.ts';
import { describeValue } from './describe-value.ts';

const mostNamed = 20;
const longestNumber = 100;
const integerText = /^[+-]?\d+(_\d+)*(\.0+)?$/;
const numberText = /^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/i;
const booleanWords: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 'on', 't', 'true', 'y', 'yes'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'off', 'f', 'false', 'n', 'no'].map((word) => [word, false])),
};

/** Change, in place, the values of a parsed body that are taken as another type. Returns a warning for each. */
export function takeLaxValues(schema: z.ZodType, body: unknown): string[] {
  const warnings: string[] = [];
  visit(schemaNode(schema), body, '', (path, given, taken) => {
    warnings.push(
      `${path} was ${describeValue(given)} and was taken as ${taken}. Send it as ${taken} in JSON.`,
    );
  });
  const more = warnings.length - mostNamed;
  return more <= 0
    ? warnings
    : [...warnings.slice(0, mostNamed), `${more} more values of another type were taken in the same way.`];
}

type OnTaken = (path: string, given: unknown, taken: unknown) => void;

function visit(node: SchemaNode, value: unknown, path: string, onTaken: OnTaken): void {
  if (Array.isArray(value)) {
    const item = schemaItem(node);
    if (item !== null)
      for (const [index] of value.entries()) step(item, value, index, `${path}[${index}]`, onTaken);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of schemaFields(node))
      if (Object.hasOwn(value, key)) step(field, value, key, path === '' ? key : `${path}.${key}`, onTaken);
  }
}

function step(node: SchemaNode, parent: object, key: PropertyKey, path: string, onTaken: OnTaken): void {
  const given: unknown = Reflect.get(parent, key);
  const taken = laxValue(acceptedType(node), given);
  if (taken === undefined) {
    visit(node, given, path, onTaken);
    return;
  }
  Reflect.set(parent, key, taken);
  onTaken(path, given, taken);
}

/** What a value is taken as in a field of this type; undefined where it stays as it is, be it right or wrong. */
function laxValue(type: string | undefined, given: unknown): number | bigint | boolean | undefined {
  switch (type) {
    case 'integer':
      return typeof given === 'boolean' ? Number(given) : numberIn(given, integerText);
    case 'number':
      return typeof given === 'boolean' ? Number(given) : numberIn(given, numberText);
    case 'boolean':
      return booleanIn(given);
    default:
      return undefined;
  }
}

function numberIn(given: unknown, grammar: RegExp): number | bigint | undefined {
  if (typeof given !== 'string' || given.length > longestNumber) return undefined;
  const text = given.trim();
  if (!grammar.test(text)) return undefined;
  const digits = text.replaceAll('_', '').replace(/^\+/, '');
  const value = exactInteger(Number(digits), digits.replace(/\.0*$/, ''));
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

function booleanIn(given: unknown): boolean | undefined {
  if (given === 0 || given === 1) return given === 1;
  const word = typeof given === 'string' ? given.toLowerCase() : '';
  return Object.hasOwn(booleanWords, word) ? booleanWords[word] : undefined;
}
