/** One request in the words of three APIs: the examples of the page about them come to one plan, and its table has no other words. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../app.fixture.ts';
import { nativeDialect } from '../native/native-dialect.ts';
import { scenarioDialect } from '../scenario/scenario-dialect.ts';
import { importNeon } from './neon-lora.fixture.ts';
import { replicateDialect } from './replicate-dialect.ts';

const page = readFileSync('docs/three-apis.md', 'utf8');
const examples = [...page.matchAll(/^```http\nPOST (\S+)\n\n(.*?)^```/gms)];

let server: TestApp;
beforeAll(async () => {
  server = await openTestApp({}, null, [nativeDialect, replicateDialect, scenarioDialect]);
  await importNeon(server, 'neon-glow');
});
afterAll(() => server.close());

const planned = z.object({ plan: z.looseObject({}) });

test('the examples come to one plan', async () => {
  expect(examples).toHaveLength(3);
  for (const [, url, payload] of examples) {
    const answer = await server.app.inject({
      method: 'POST',
      url: url ?? '',
      payload: payload ?? '',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  }
  const { jobs } = await server.jobs.list({ limit: 3 });
  const [first, ...others] = jobs.map(({ task }) => planned.parse(task).plan);
  expect(jobs.map(({ dialect }) => dialect).sort()).toEqual(['native', 'replicate', 'scenario']);
  for (const plan of others) expect(plan).toEqual(first);
});

test('the table has the words of the APIs', async () => {
  const document = async (url: string) => namesIn((await server.app.inject(url)).json());
  const version = await server.app.inject('/replicate/v1/models/darkroom/demo');
  const known = [
    await document('/openapi.json'),
    new Set([
      ...(await document('/replicate/openapi.json')),
      ...namesIn(version.json()),
      'custom',
      'replicate_weights',
    ]),
    await document('/scenario/openapi.json'),
  ];
  const rows = [...page.matchAll(/^\| [a-z][^|]* \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].filter(([row]) =>
    row.includes('`'),
  );
  expect(rows.length).toBeGreaterThan(12);
  for (const [row, ...cells] of rows)
    for (const [index, cell] of cells.entries())
      for (const [, word = ''] of cell.matchAll(/`([^`]+)`/g)) {
        const name = word.split('.').at(-1)?.replace('[]', '') ?? '';
        if (name !== 'Idempotency-Key') expect(known[index], `${name} in ${row}`).toContain(name);
      }
});

/** Every name of a property in a document. */
function namesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null)
      for (const name of Object.keys(node.properties)) names.add(name);
    for (const child of Object.values(node)) walk(child);
  };
  walk(value);
  return names;
}
