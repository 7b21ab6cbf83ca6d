/** The built page: what is sent for its paths, how long it may be kept, and what it may load. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../app.fixture.ts';

let folder: string;
let server: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-page-'));
  await mkdir(path.join(folder, 'assets'));
  await mkdir(path.join(folder, '.vite'));
  await writeFile(
    path.join(folder, 'index.html'),
    '<meta property="csp-nonce" nonce="%NONCE%"><div id="root"></div>',
  );
  await writeFile(path.join(folder, 'assets', 'index-a1b2.js'), 'let x');
  await writeFile(path.join(folder, 'theme.js'), 'let y');
  await writeFile(path.join(folder, '.vite', 'manifest.json'), '{}');
  server = await openTestApp({ API_KEYS: 'a-key' }, null, undefined, folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (url: string) => server.app.inject(url);

test.each(['/', '/gallery', '/gallery/01KB/0', '/library/loras/ab', '/compare/x', '/settings', '/verify/1'])(
  '%s is the page, with a policy that lets it load what is ours',
  async (url) => {
    const [first, second] = [await get(url), await get(url)];
    expect([first.statusCode, first.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(first.headers['cache-control']).toBe('no-store');
    const nonce = /nonce="([^"]+)"/.exec(first.body)?.[1] ?? 'none';
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/);
    expect(second.body).not.toBe(first.body);
  },
);

test('files with a hash in their names may be kept for ever, the others are asked for again', async () => {
  const asset = await get('/assets/index-a1b2.js');
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ]);
  expect(asset.headers['content-type']).toMatch(/javascript/);
  expect((await get('/theme.js')).headers['cache-control']).toBe('no-cache');
});

test.each([
  '/index.html',
  '/.vite/manifest.json',
  '/assets/../../package.json',
  '/assets/%2e%2e/x',
  '/nothing',
])('%s is not there', async (url) => {
  expect((await get(url)).statusCode).toBe(404);
});

test('the docs stay, and the page needs no key while what it shows does', async () => {
  expect((await get('/docs/')).statusCode).toBe(200);
  expect((await get('/v1/outputs')).statusCode).toBe(401);
});
