import { expect, test } from 'vitest';
import { allowedImports } from './allowed-imports.ts';
import { findViolations } from './find-violations.ts';
import { readSources } from './read-sources.ts';

const check = (path: string, text: string) => findViolations([{ path, text }], allowedImports);

test.each([
  ['jobs/a.ts', "import { createApp } from '../http/app.ts';"],
  ['render/a.ts', "import type { Job } from '../jobs/job.ts';"],
  ['errors/a.ts', "export { x } from '../catalog/x.ts';"],
  ['http/native/a.ts', "const m = await import('../../commands/serve.ts');"],
  ['engine/a.ts', "import '../database/schema.ts';"],
  ['errors/a.ts', "import { parseConfig } from '../config.ts';"],
])('%s: %s is refused', (path, text) => {
  expect(check(path, text)).toHaveLength(1);
});

test.each([
  ['http/native/a.ts', "import { createSubmit } from '../../inference/submit.ts';"],
  ['http/native/a.ts', "import { b } from './b.ts';"],
  ['engine/a.ts', "import path from 'node:path';"],
  ['catalog/models/a.ts', "import { defineModel } from '../define-model.ts';"],
])('%s: %s is fine', (path, text) => {
  expect(check(path, text)).toEqual([]);
});

test('a folder that the table does not know is refused', () => {
  expect(check('new/a.ts', "import { b } from '../errors/codes.ts';")[0]?.because).toContain(
    'not in the table',
  );
});

test('no arrow of the table points up', () => {
  const order = Object.keys(allowedImports);
  const up = Object.entries(allowedImports).flatMap(([from, targets]) =>
    targets.filter((to) => order.indexOf(to) <= order.indexOf(from)).map((to) => `${from} > ${to}`),
  );
  expect(up).toEqual([]);
});

test('the sources keep to the table', () => {
  expect(findViolations(readSources(), allowedImports)).toEqual([]);
});
