import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython, venvPython } from './python-environment.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-python-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the setting wins, as a path that is there or as a name for PATH', () => {
  expect(findPython(process.execPath, folder)).toBe(process.execPath);
  expect(findPython('python3.12', folder)).toBe('python3.12');
  expect(() => findPython('/nowhere/python', folder)).toThrow(
    /DARKROOM_PYTHON names a file that does not exist/,
  );
});

test('without a setting it is the venv, or a word on how to make one', async () => {
  expect(() => findPython(undefined, folder)).toThrow(/npm run setup/);
  const python = path.join(folder, ...venvPython(process.platform));
  await mkdir(path.dirname(python), { recursive: true });
  await writeFile(python, '');
  expect(findPython(undefined, folder)).toBe(python);
});

test('a venv of Windows has its interpreter elsewhere', () => {
  expect(venvPython('win32')).toEqual(['Scripts', 'python.exe']);
  expect(venvPython('darwin')).toEqual(['bin', 'python']);
});
