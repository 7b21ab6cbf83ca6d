/** The names that only native gives to things: of what it takes and answers, from its schemas, without plain English words. */
import { z } from 'zod';
import { modelsResponseSchema } from './model-response.ts';
import { createdKeySchema, keysResponseSchema, newKeySchema } from './schemas/keys-schema.ts';
import { createInferenceSchema } from './schemas/request-schema.ts';
import {
  acceptedSchema,
  errorResponseSchema,
  listResponseSchema,
  resultResponseSchema,
  statusResponseSchema,
} from './schemas/response-schema.ts';

const schemas = [
  createInferenceSchema({ maxPrompts: 1 }),
  acceptedSchema,
  statusResponseSchema,
  resultResponseSchema,
  listResponseSchema,
  errorResponseSchema,
  modelsResponseSchema,
  newKeySchema,
  createdKeySchema,
  keysResponseSchema,
];

/** Those with an underscore, and the abbreviations. A word like `seed` or `width` means the same to everybody. */
export function nativeFieldNames(): string[] {
  const names = new Set<string>();
  for (const schema of schemas) collect(z.toJSONSchema(schema, { unrepresentable: 'any' }), names);
  return [...names].filter((name) => name.includes('_') || name === 'neg');
}

function collect(node: unknown, names: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) names.add(name);
    if (key !== 'examples') collect(value, names);
  }
}
