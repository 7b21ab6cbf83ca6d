import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { peftPair, safetensorsBytes, writeSafetensors } from '../loras/file/header/safetensors.fixture.ts';
import { startFileHost } from '../loras/sources/file-host.fixture.ts';
import { packageRoot } from '../python/package-root.ts';

// Each starts a process; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function darkroom(args: string[], environment: Record<string, string> = {}) {
  return spawnSync(process.execPath, [path.join(packageRoot(), 'src', 'main.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    // What is kept in the cache makes each start quicker.
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_CACHE_HOME: path.join(os.homedir(), '.cache'),
      ...environment,
    },
  });
}

test('models as JSON has every fact of the demo', () => {
  const { stdout, status } = darkroom(['models', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id: 'demo', family: 'flux' }));
});

test('models as a table names the demo', () => {
  expect(darkroom(['models']).stdout).toContain('demo');
});

test('loras inspect reads the header', async () => {
  const file = path.join(folder, 'style.safetensors');
  const module = 'transformer.single_transformer_blocks.0.proj_mlp';
  await writeSafetensors(file, peftPair(module, 8, 16), { trigger_word: 'neonglow' });
  const { stdout, status } = darkroom(['loras', 'inspect', '--json', file]);
  expect(status).toBe(0);
  const [facts] = z.array(z.looseObject({ triggerWords: z.array(z.string()) })).parse(JSON.parse(stdout));
  expect(facts).toMatchObject({ triggerWords: ['neonglow'], modules: 1, families: [{ id: 'flux' }] });
});

test('loras inspect fetches the header of a URL, and says whether it fits a model', async () => {
  const host = await startFileHost();
  try {
    const large = safetensorsBytes(
      peftPair('transformer.single_transformer_blocks.0.proj_mlp', 60_000, 60_000),
    );
    host.files.set('/style.safetensors', { content: large });
    const url = `${host.origin}/style.safetensors?token=hush`;
    const inspect = (...more: string[]) =>
      promisify(execFile)(
        process.execPath,
        [path.join(packageRoot(), 'src', 'main.ts'), 'loras', 'inspect', url, ...more],
        { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, OUTBOUND_ALLOW: '127.0.0.1' } },
      );
    const [facts] = z.array(z.looseObject({})).parse(JSON.parse((await inspect('--json')).stdout));
    expect(facts).toMatchObject({
      name: 'style',
      bytes: large.length,
      remote: { isResumable: true },
      fit: null,
    });
    expect((await inspect('--model', 'flux')).stdout).toMatch(/fits\s.* flux by its names/);
    await expect(inspect('--model', 'sdxl')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/not sdxl: .* looks made for FLUX/),
    });
    expect(new Set(host.requests)).toEqual(new Set(['/style.safetensors bytes=0-262143']));
  } finally {
    await host.stop();
  }
});

test('a file that is no LoRA is one sentence and exit code 1', () => {
  writeFileSync(path.join(folder, 'page.safetensors'), '<html>Please log in</html>');
  const { stderr, status } = darkroom(['loras', 'inspect', 'page.safetensors']);
  expect(status).toBe(1);
  expect(stderr).toContain('web page');
  expect(stderr).not.toContain('    at ');
});

test.each([
  [['render', '--prompt', 'x', '--model', 'flx'], 'Did you mean "flux"?'],
  [['render', '--prompt', 'x', '--steps', 'many'], '--steps'],
  [['render', '--prompt', 'x', '--lora', 'none.safetensors'], 'there is no file'],
  [['render'], '--prompt'],
  [['serve', '--port', 'abc'], 'PORT'],
  [['serve', '--device', 'cuda:0,cuda:0'], 'DEVICES: has cuda:0 twice'],
  [['render', '--prompt', 'x', '--device', 'gpu'], 'DEVICES: has "gpu", which is no device'],
  [['serve', '--host', '0.0.0.0'], 'API_KEYS'],
  [['doctor', '--server', 'http://127.0.0.1:9'], ''],
  [['nonsense'], 'nonsense'],
])('%j fails with a message to act on', (args, text) => {
  const { stdout, stderr, status } = darkroom(args);
  expect(status).toBe(1);
  expect(`${stdout}${stderr}`).toContain(text);
  expect(stderr).not.toContain('    at ');
});
