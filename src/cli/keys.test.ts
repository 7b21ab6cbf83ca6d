import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { lockFolder } from '../database/folder-lock.ts';
import { packageRoot } from '../python/package-root.ts';

// Each step starts a process that opens a database; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 240_000 });

// What is kept there makes each start quicker.
const cache = path.join(os.homedir(), '.cache');
const data = mkdtempSync(path.join(os.tmpdir(), 'darkroom-keys-'));
afterAll(() => rmSync(data, { recursive: true }));

function keys(...args: string[]) {
  return spawnSync(process.execPath, [path.join(packageRoot(), 'src', 'main.ts'), 'keys', ...args], {
    cwd: data,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: data, XDG_CACHE_HOME: cache, DARKROOM_DATA: data },
  });
}

test('keys are made, listed, revoked and forgotten on a data folder that no server uses', () => {
  const created = keys('create', '--name', 'phone', '--scope', 'read');
  expect(created.stdout.trim()).toMatch(/^dk_[\w-]{43}$/);
  const id = /key_[0-9a-f]{12}/.exec(created.stderr)?.[0] ?? '';
  const revoked = keys('revoke', id);
  expect(revoked.stdout).toContain('No key is left');
  const listed = JSON.parse(keys('list', '--json').stdout);
  expect(listed).toMatchObject([{ id, name: 'phone', scope: 'read', revokedAt: expect.any(String) }]);
  expect(keys('reset').stdout).toContain('1 key forgotten');
});

test('a scope that there is not is refused', () => {
  const { status, stderr } = keys('create', '--name', 'x', '--scope', 'root');
  expect(status).toBe(1);
  expect(stderr).toContain('--scope');
});

test('while a server uses the folder, the message says how to reach its keys', async () => {
  const lock = await lockFolder(path.join(data, 'database'), { log: console, onLost: () => {} });
  const { status, stderr } = keys('list');
  lock.release();
  expect(status).toBe(1);
  expect(stderr).toContain('--server');
  expect(stderr).not.toContain('    at ');
});
