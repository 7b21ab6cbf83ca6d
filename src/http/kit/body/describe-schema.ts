import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;
type JsonSchemaOrFlag = z.core.JSONSchema._JSONSchema;

const converted = new WeakMap<z.ZodType, JsonSchema>();

/** What a zod schema accepts at a path, in words: `an integer from 64 to 4096`. Null when the path leads nowhere. */
export function describeAccepted(schema: z.ZodType, path: readonly PropertyKey[]): string | null {
  let node: JsonSchema | null = toJsonSchema(schema);
  for (const part of path) node = node === null ? null : child(node, part);
  return node === null ? null : words(node);
}

/** Names of the fields that an object at a path takes; null when the path leads nowhere. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] | null {
  let node: JsonSchema | null = toJsonSchema(schema);
  for (const part of path) node = node === null ? null : child(node, part);
  return node === null ? null : schemaFields(node).map(([name]) => name);
}

/** A place in a schema, as JSON Schema tells of it. */
export type SchemaNode = JsonSchema;

export const schemaNode = (schema: z.ZodType): SchemaNode => toJsonSchema(schema);

/** What an item of a list is; null where it is no list. */
export function schemaItem(node: SchemaNode): SchemaNode | null {
  const item = listItem(withoutNull(node));
  return isSchema(item) ? item : null;
}

/** The fields that an object is known to have. */
export function schemaFields(node: SchemaNode): [string, SchemaNode][] {
  return Object.entries(withoutNull(node).properties ?? {}).filter((field): field is [string, SchemaNode] =>
    isSchema(field[1]),
  );
}

/** The JSON type of a value there, besides null. Undefined for one of several, or of a list of values. */
export function acceptedType(node: SchemaNode): string | undefined {
  const { type } = withoutNull(node);
  return typeof type === 'string' ? type : undefined;
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known !== undefined) return known;
  const made: JsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  converted.set(schema, made);
  return made;
}

function child(parent: JsonSchema, part: PropertyKey): JsonSchema | null {
  const node = withoutNull(parent);
  const found = typeof part === 'number' ? listItem(node) : node.properties?.[String(part)];
  return isSchema(found) ? found : null;
}

function listItem(node: JsonSchema): JsonSchemaOrFlag | undefined {
  return Array.isArray(node.items) ? undefined : node.items;
}

/** An optional field accepts null too, which is not worth a word. */
function withoutNull(node: JsonSchema): JsonSchema {
  const [option] = (node.anyOf ?? []).filter(isSchema).filter(({ type }) => type !== 'null');
  if (option !== undefined) return option;
  if (!Array.isArray(node.type)) return node;
  const [type] = node.type.filter((name) => name !== 'null');
  return type === undefined ? node : { ...node, type };
}

const isSchema = (value: JsonSchemaOrFlag | undefined): value is JsonSchema => typeof value === 'object';

function words(given: JsonSchema): string {
  const node = withoutNull(given);
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  switch (node.type) {
    case 'integer':
      return `an integer${range(node.minimum, node.maximum)}`;
    case 'number':
      return `a number${range(node.minimum, node.maximum)}`;
    case 'string':
      return `a string${lengthRange('character', node.minLength, node.maxLength)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${lengthRange('item', node.minItems, node.maxItems)}`;
    default:
      return 'an object';
  }
}

/** zod gives every integer the bounds of exact ones; those are not worth a word. */
function range(least: number | undefined, most: number | undefined): string {
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? null : least;
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? null : most;
  if (from !== null && to !== null) return ` from ${from} to ${to}`;
  if (from !== null) return ` of at least ${from}`;
  return to === null ? '' : ` of at most ${to}`;
}

function lengthRange(unit: string, least: number | undefined, most: number | undefined): string {
  const from = least === undefined || least === 0 ? null : least;
  if (from !== null && most !== undefined) return ` of ${from} to ${most} ${unit}s`;
  if (from !== null) return ` of at least ${from} ${unit}${from === 1 ? '' : 's'}`;
  return most === undefined ? '' : ` of at most ${most} ${unit}s`;
}
