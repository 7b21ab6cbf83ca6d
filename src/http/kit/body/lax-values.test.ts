import { expect, test } from 'vitest';
import { z } from 'zod';
import { takeLaxValues } from './lax-values.ts';

const schema = z.looseObject({
  integer: z.int().nullish(),
  number: z.number().nullish(),
  boolean: z.boolean().nullish(),
  text: z.string().nullish(),
  list: z.array(z.looseObject({ integer: z.int().nullish() })).nullish(),
});

function taken(field: string, value: unknown): unknown {
  const body = { [field]: value };
  takeLaxValues(schema, body);
  return body[field];
}

/** What pydantic 2.13 makes of each, by `TypeAdapter(int).validate_python` and so on. */
const accepted: Record<string, [given: unknown, value: unknown][]> = {
  integer: [
    ...['42', ' 42 ', '+42', '042', '42.0', '42.00', '\n42\t', '42.0 '].map((text): [string, number] => [
      text,
      42,
    ]),
    ['-1', -1],
    ['1_000', 1000],
    ['1_000.0', 1000],
    ['00', 0],
    ['9223372036854775807', 9223372036854775807n],
    ['9223372036854775807.0', 9223372036854775807n],
    [true, 1],
    [false, 0],
  ],
  number: [
    ...['42', ' 42 ', '42.', '4.2e1', '042'].map((text): [string, number] => [text, 42]),
    ['.5', 0.5],
    ['5.', 5],
    ['1_0.5', 10.5],
    ['42.0_0', 42],
    ['1e-3', 0.001],
    ['+3.5', 3.5],
    [true, 1],
  ],
  boolean: [
    ...['on', 'ON', '1', 'yes', 'Y', 't', 'true'].map((word): [string, boolean] => [word, true]),
    ...['off', '0', 'no', 'n', 'F', 'False'].map((word): [string, boolean] => [word, false]),
    [1, true],
    [0, false],
  ],
};

const refused: Record<string, unknown[]> = {
  integer: [
    '_1',
    '1__0',
    '1_',
    '42.',
    '.0',
    '42.5',
    '4e1',
    '0x10',
    '',
    ' ',
    '４２',
    'inf',
    'on',
    '1 000',
    '- 1',
    [],
    {},
  ],
  number: ['_1', '1__0', '0x10', '', '４２', '3,5', 'on', '1 000', '--1', '.', 'e5', []],
  boolean: ['42', ' on', '1.0', '', 'maybe', 2, -1, []],
  text: [42, true, 1.5],
};

test.each(Object.entries(accepted))('what pydantic takes as %s is taken', (field, values) => {
  for (const [given, value] of values) expect([given, taken(field, given)]).toEqual([given, value]);
});

test.each(Object.entries(refused))('what pydantic refuses as %s stays, to be refused', (field, values) => {
  for (const given of values) expect(taken(field, given)).toBe(given);
});

test('each taken value is named with its path, in lists too, and right ones are not', () => {
  const body = {
    integer: 1,
    number: '3.5',
    unknown: '7',
    list: [{ integer: '2' }, { integer: 3 }, null, 'x'],
  };
  expect(takeLaxValues(schema, body)).toEqual([
    'number was the string "3.5" and was taken as 3.5. Send it as 3.5 in JSON.',
    'list[0].integer was the string "2" and was taken as 2. Send it as 2 in JSON.',
  ]);
  expect(body.unknown).toBe('7');
});

test('the warnings end after twenty, with the number of the rest', () => {
  const warnings = takeLaxValues(schema, { list: Array.from({ length: 30 }, () => ({ integer: '1' })) });
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toMatch(/^10 more/);
});

test('a body that is no object is left to the schema', () => {
  for (const body of [undefined, null, 'x', 4, []]) expect(takeLaxValues(schema, body)).toEqual([]);
});
