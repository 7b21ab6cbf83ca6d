import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { packageRoot } from '../../src/python/package-root.ts';

const folder = path.join(packageRoot(), 'deploy');
const foreign = /^(AWS|POSTGRES|NVIDIA)_/;
const read = (...file: string[]): string => readFileSync(path.join(...file), 'utf8');
const files = readdirSync(folder)
  .filter((name) => /\.(yaml|service)$|^Dockerfile$/.test(name))
  .map((name) => ({ name, text: read(folder, name) }))
  .concat({ name: 'docs/deploy.md', text: read(packageRoot(), 'docs', 'deploy.md') });

/** What is set there: `NAME=value` anywhere, and `NAME: value` as a line of YAML. */
const settingsIn = (text: string): string[] =>
  [...text.matchAll(/\b([A-Z][A-Z0-9_]+)=/g), ...text.matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)]
    .map(([, name = '']) => name)
    .filter((name) => !foreign.test(name));

test.each(files)('$name sets only what there is to set', ({ text }) => {
  const unknown = settingsIn(text).filter((name) => !Object.hasOwn(settings, name));
  expect(unknown).toEqual([]);
});

test('settings are found at all', () => {
  expect(settingsIn(files.map(({ text }) => text).join('\n'))).toEqual(
    expect.arrayContaining(['DATABASE_URL', 'ARTIFACTS_URL', 'WORKER_PORT', 'DARKROOM_DATA']),
  );
});
