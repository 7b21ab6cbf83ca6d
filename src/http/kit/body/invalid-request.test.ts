import { expect, test } from 'vitest';
import { z } from 'zod';
import { invalidRequest } from './invalid-request.ts';

const schema = z.strictObject({ name: z.string(), inner: z.strictObject({ count: z.int() }).optional() });

test.each<[sent: unknown, told: string]>([
  [{ name: 'a', nmae: 'b' }, 'The body has "nmae", which it does not take. It takes '],
  [{ name: 'a', inner: { count: 1, x: 1, y: 1 } }, 'inner has "x", "y", which it does not take. It takes '],
  [{ name: 1 }, 'name must be a string, and 1 was received.'],
  [null, 'The body must be an object'],
])('%j is told of by what is wrong with it', (sent, told) => {
  const { error } = schema.safeParse(sent);
  if (error === undefined) throw new Error('It was taken.');
  expect(invalidRequest(schema, sent, error, 'body').message).toContain(told);
});
