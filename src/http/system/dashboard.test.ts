import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../python/package-root.ts';
import { openTestApp } from '../app.fixture.ts';

const server = await openTestApp();
afterAll(server.close);

const namesIn = (text: string): Set<string> => new Set(text.match(/\bdarkroom_[a-z_]+/g));

test.each(['deploy/grafana.json', 'docs/deploy.md'])('%s names no metric that is not there', async (file) => {
  const { body } = await server.app.inject('/metrics');
  const known = namesIn(body.replaceAll(/^(?!# TYPE).*$/gm, ''));
  const asked = [...namesIn(readFileSync(path.join(packageRoot(), file), 'utf8'))];
  const series = asked.map((name) => (known.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')));
  expect(asked.length).toBeGreaterThan(5);
  expect(series.filter((name) => !known.has(name))).toEqual([]);
});

test('the dashboard shows each device by itself', () => {
  const text = readFileSync(path.join(packageRoot(), 'deploy/grafana.json'), 'utf8');
  const shown = namesIn(text);
  for (const name of ['up', 'busy', 'restarts', 'resident_models', 'memory_bytes'])
    expect(shown).toContain(`darkroom_device_${name}`);
  // Panels of all devices together would hide the one that is down.
  expect([...shown].filter((name) => name.startsWith('darkroom_engine_'))).toEqual([]);
});
