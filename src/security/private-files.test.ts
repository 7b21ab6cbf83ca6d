import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeOpenFolder, makeTreePrivate } from './private-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-private-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

describe.skipIf(process.platform === 'win32')('a folder', () => {
  test.each([
    [0o700, null],
    [0o755, /mode 755.*chmod -R go-rwx/],
    [0o711, /mode 711/],
    [0o770, /mode 770/],
    [0o2770, null],
    [0o2775, /mode 775/],
  ])('of mode %o is open to others or not', async (mode, sentence) => {
    await chmod(folder, mode);
    const said = await describeOpenFolder(folder);
    if (sentence === null) expect(said).toBeNull();
    else expect(said).toMatch(sentence);
  });

  test('that others could write becomes private, all the way down', async () => {
    const inner = path.join(folder, 'inner', 'deeper');
    await mkdir(inner, { recursive: true });
    for (const file of [path.join(folder, 'MARK'), path.join(inner, 'file')]) {
      await writeFile(file, 'x');
      await chmod(file, 0o666);
    }
    await makeTreePrivate(folder, 'MARK', false);
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(inner)).toBe('700');
    expect(await modeOf(path.join(inner, 'file'))).toBe('600');
    expect(await modeOf(path.join(folder, 'MARK'))).toBe('600');
  });
});
