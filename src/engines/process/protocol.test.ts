import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../python/package-root.ts';
import { parseReport } from './parse-report.ts';
import { commandSchema, reportSchema } from './protocol.ts';

const folder = path.join(packageRoot(), 'protocol');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));

test('there is one golden for every message, and none for any other', () => {
  const of = (kind: string, options: { shape: { type: { value: string } } }[]) =>
    options.map((option) => `${kind}.${option.shape.type.value}.json`);
  const expected = [...of('command', commandSchema.options), ...of('report', reportSchema.options)];
  expect(names.sort()).toEqual(expected.sort());
});

test.each(names)('%s is understood, with nothing left over', (name) => {
  const schema = name.startsWith('command.') ? commandSchema : reportSchema;
  const message = read(name);
  expect(schema.parse(message)).toEqual(message);
});

test('a line of the engine is a report, or what is wrong with it', () => {
  const ready = read('report.ready.json');
  expect(parseReport(JSON.stringify(ready))).toEqual({ kind: 'report', report: ready });
  expect(parseReport('{"type":"ready","protocol":99,"news":true}')).toEqual({
    kind: 'wrong_protocol',
    protocol: 99,
  });
  for (const line of ['{', 'null', '[]', '7', '{"type":"ready"}', '{"type":"pong","id":"1"}', '{}']) {
    expect(parseReport(line)).toMatchObject({ kind: 'invalid' });
  }
});
