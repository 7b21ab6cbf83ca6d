/** Values for a JSON schema, from nearly right to hopeless, for feeding an API by its own description. */
import fc from 'fast-check';
import { z } from 'zod';

const schemaShape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** Texts that break parsers, databases, paths and logs. */
const badTexts = [
  '',
  '\0',
  '\ud800',
  '../../../../etc/passwd',
  'http://127.0.0.1:1/',
  'http://[::ffff:169.254.169.254]/',
  "'; drop table jobs; --",
  '{{constructor.constructor("return 1")()}}',
  '__proto__',
  'true',
  '１２',
  '\u202e\u0000\uffff',
  'x'.repeat(5000),
];

const badNumbers = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324];

const text = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...badTexts) },
);

/** Anything that JSON can say. */
const anything = fc.oneof(
  text,
  fc.constantFrom(null, true, false, ...badNumbers),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Mostly what the schema asks for, sometimes something else at any place in it. */
export function valuesOf(schema: unknown): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anything });
}

function fitting(given: unknown): fc.Arbitrary<unknown> {
  const schema = schemaShape.parse(given ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objects(schema.properties ?? {}, schema.required ?? []);
    case 'array':
      return fc.array(valuesOf(schema.items), { maxLength: 3 });
    case 'string':
      return text;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
    case 'number':
      return numbers(schema.minimum ?? -10, schema.maximum ?? 5000, type === 'integer');
    default:
      return anything;
  }
}

function objects(properties: Record<string, unknown>, required: readonly string[]): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]),
  );
  const known = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const unknown = fc.dictionary(fc.string({ maxLength: 12 }), anything, { maxKeys: 2 });
  return fc.tuple(known, unknown).map(([right, extra]) => ({ ...extra, ...right }));
}

function numbers(min: number, max: number, whole: boolean): fc.Arbitrary<number> {
  const inside = whole
    ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
    : fc.double({ min, max, noNaN: true });
  return fc.oneof(
    { weight: 30, arbitrary: inside },
    { weight: 1, arbitrary: fc.constantFrom(...badNumbers) },
  );
}
