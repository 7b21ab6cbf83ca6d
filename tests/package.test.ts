/** The npm package, packed and installed into an empty folder, does what a checkout does, from built JavaScript. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineFolder, root } from './harness/paths.ts';
import { type ProgramEnd, runOrThrow, runProgram } from './harness/run-program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom-package-'));
const cache = path.join(folder, 'cache');
const env = { XDG_CACHE_HOME: cache };

beforeAll(async () => {
  await runOrThrow('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await runOrThrow('npm', ['install', ...quietly, './darkroom-0.1.0.tgz'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const darkroom = (...args: string[]): Promise<ProgramEnd> =>
  runProgram('npx', ['darkroom', ...args], { cwd: folder, env });

test('its Python environment belongs into the cache folder of the user, and the doctor says so', async () => {
  const { stdout } = await darkroom('doctor');
  const [, environment] = /(\S+) is not there or does not run/.exec(stdout) ?? [];
  expect(path.dirname(environment ?? '')).toBe(path.join(cache, 'darkroom'));
  expect(stdout).toContain('darkroom setup');
  // The checkout has an environment of the same packages; another would take a gigabyte and minutes.
  mkdirSync(path.join(cache, 'darkroom'), { recursive: true });
  symlinkSync(path.join(engineFolder, '.venv'), environment ?? '');
  expect(await darkroom('setup')).toMatchObject({ code: 0, stdout: expect.stringContaining('Ready') });
});

test('npx darkroom render makes a picture', async () => {
  const { code, stderr } = await darkroom('render', '--prompt', 'a red apple', '--output', 'apple.png');
  expect(code, stderr).toBe(0);
  expect(await sharp(path.join(folder, 'apple.png')).metadata()).toMatchObject({ width: 128, height: 128 });
});

test('npx darkroom serve listens, knows the models, and stops when it is told to', async () => {
  const child = spawn('npx', ['darkroom', 'serve', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: os.homedir(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  try {
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      url = /listens on (\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    const models = await fetch(`${url}/v1/models`);
    expect(await models.text()).toContain('"flux_kontext"');
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    expect(await (await fetch(`${url}/`)).text()).toContain('<div id="root">');
    const program = `import { openClient } from 'darkroom/client';
      const { data } = await openClient({ url: ${JSON.stringify(url)} }).api.GET('/v1/models');
      console.log(data.models.length);`;
    const { stdout } = await runOrThrow('node', ['--input-type=module', '-e', program], { cwd: folder });
    expect(Number(stdout)).toBeGreaterThan(30);
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
});
