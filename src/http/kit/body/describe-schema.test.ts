import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeAccepted } from './describe-schema.ts';

const schema = z.looseObject({
  count: z.int().min(1).max(9).nullish(),
  any: z.int(),
  share: z.number().min(0),
  flag: z.boolean().nullish(),
  side: z.enum(['low', 'high']).nullish(),
  items: z
    .array(z.looseObject({ name: z.string().min(1).max(5) }))
    .min(1)
    .max(3),
  page: z.coerce.number().int().min(1).max(100).default(20),
});

test.each([
  [[], 'an object'],
  [['count'], 'an integer from 1 to 9'],
  [['any'], 'an integer'],
  [['share'], 'a number of at least 0'],
  [['flag'], 'true or false'],
  [['side'], 'one of "low", "high"'],
  [['items'], 'a list of 1 to 3 items'],
  [['items', 0], 'an object'],
  [['items', 7, 'name'], 'a string of 1 to 5 characters'],
  [['page'], 'an integer from 1 to 100'],
])('%j accepts %s', (path, words) => {
  expect(describeAccepted(schema, path)).toBe(words);
});

test('a path that leads nowhere has no description', () => {
  expect(describeAccepted(schema, ['nothing', 'here'])).toBeNull();
});
