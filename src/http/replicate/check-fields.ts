/** Values that came from outside, checked by a zod schema and refused in the words of gojsonschema, as Replicate's server does. */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { takeLaxValues } from '../kit/body/lax-values.ts';
import { type InvalidField, invalidFields } from './problem.ts';

/** Throws INVALID_REQUEST. `at` is the field that the value stands in; empty for the body. */
export function checkFields<T extends z.ZodType>(schema: T, value: unknown, at: string): z.output<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidFields(parsed.error.issues.flatMap((issue) => describeIssue(issue, at)));
}

/**
 * The same for values that programs often send in another type, such as "1024" for a number: they are taken as what they say. A
 * field that is null counts as left out.
 */
export function checkLaxFields<T extends z.ZodType>(
  schema: T,
  value: Readonly<Record<string, unknown>>,
  at: string,
): z.output<T> {
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  takeLaxValues(schema, given);
  return checkFields(schema, given, at);
}

/** For the routes of this dialect. */
export const replicateValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => ({ value: checkFields(schema, data ?? undefined, '') });

function describeIssue(issue: z.core.$ZodIssue, at: string): InvalidField[] {
  const path = issue.path.map(String);
  const field = [...(at === '' ? [] : [at]), ...path].join('.');
  const found = (type: string, description: string): InvalidField[] => [{ type, field, description }];
  switch (issue.code) {
    case 'invalid_type':
      if (typeof issue.input === 'bigint')
        return found('number_lte', 'Must be an integer of at most 15 digits');
      return issue.input === undefined && path.length > 0
        ? required(field)
        : found(
            'invalid_type',
            `Invalid type. Expected: ${typeNames[issue.expected] ?? issue.expected}, given: ${typeOf(issue.input)}`,
          );
    case 'too_small':
      return found(
        issue.origin === 'string' ? 'string_gte' : 'number_gte',
        issue.origin === 'string'
          ? `String length must be greater than or equal to ${issue.minimum}`
          : `Must be greater than or equal to ${issue.minimum}`,
      );
    case 'too_big':
      return found(
        issue.origin === 'string' ? 'string_lte' : 'number_lte',
        issue.origin === 'string'
          ? `String length must be less than or equal to ${issue.maximum}`
          : `Must be less than or equal to ${issue.maximum}`,
      );
    case 'invalid_value':
      return issue.input === undefined && path.length > 0
        ? required(field)
        : found(
            'enum',
            `${path.findLast((part) => !/^\d+$/.test(part)) ?? 'The body'} must be one of the following: ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`,
          );
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        type: 'additional_property_not_allowed',
        field,
        description: `Additional property ${key.slice(0, 100)} is not allowed`,
      }));
    case 'invalid_format':
      if (issue.format === 'regex') return found('pattern', issue.message);
      return found('format', `Does not match format '${issue.format === 'url' ? 'uri' : issue.format}'`);
    default:
      return found('invalid', issue.message);
  }
}

function required(field: string): InvalidField[] {
  const parts = field.split('.');
  return [
    { type: 'required', field: parts.slice(0, -1).join('.'), description: `${parts.at(-1)} is required` },
  ];
}

const typeNames: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}
