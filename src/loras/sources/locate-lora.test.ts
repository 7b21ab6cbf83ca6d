import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { locateLora } from './locate-lora.ts';

const root = await mkdtemp(path.join(tmpdir(), 'darkroom-locate-'));
afterAll(() => rm(root, { recursive: true }));
const base = path.join(root, 'loras');
const allowed = path.join(root, 'more');
await mkdir(path.join(base, 'sub.safetensors'), { recursive: true });
await mkdir(allowed);
for (const file of [
  path.join(base, 'a.safetensors'),
  path.join(allowed, 'b.safetensors'),
  path.join(root, 'secret.safetensors'),
]) {
  await writeFile(file, 'x');
}
await writeFile(path.join(base, 'old.pt'), 'x');
await symlink(path.join(root, 'secret.safetensors'), path.join(base, 'link.safetensors'));
await symlink(root, path.join(base, 'up'));
await symlink(path.join(base, 'a.safetensors'), path.join(base, 'fine.safetensors'));
const folders = { base, allowed: [allowed] };

describe('locateLora', () => {
  it('finds relative files, links that stay inside, and absolute files of allowed folders', async () => {
    expect(path.basename(await locateLora('a.safetensors', folders))).toBe('a.safetensors');
    expect(path.basename(await locateLora('./a.safetensors', folders))).toBe('a.safetensors');
    expect(path.basename(await locateLora('fine.safetensors', folders))).toBe('a.safetensors');
    expect(path.basename(await locateLora(path.join(allowed, 'b.safetensors'), folders))).toBe(
      'b.safetensors',
    );
  });

  it('takes a folder that PEFT saved for the weights in it', async () => {
    await mkdir(path.join(base, 'peft'), { recursive: true });
    await writeFile(path.join(base, 'peft', 'adapter_model.safetensors'), 'x');
    for (const requested of ['peft', 'peft/', path.join(base, 'peft'), 'peft/adapter_model.safetensors'])
      expect(await locateLora(requested, folders)).toBe(path.join(base, 'peft', 'adapter_model.safetensors'));
    await expect(locateLora('peft/..', folders)).rejects.toMatchObject({ code: 'LORA_NOT_FOUND' });
  });

  it.each([
    ['missing', 'none.safetensors'],
    ['parent', '../secret.safetensors'],
    ['hidden parent', 'sub.safetensors/../../secret.safetensors'],
    ['absolute', path.join(root, 'secret.safetensors')],
    ['a system file', '/etc/passwd'],
    ['a link that leads out', 'link.safetensors'],
    ['through a linked folder', 'up/secret.safetensors'],
    ['a folder', 'sub.safetensors'],
    ['NUL', 'a.safetensors\0.txt'],
    ['parent by backslash', '..\\secret.safetensors'],
    ['a drive of Windows', 'C:\\loras\\a.safetensors'],
    ['too long', `${'a'.repeat(5000)}.safetensors`],
    ['empty', ''],
    ['a sibling with the same start', path.join(root, 'loras-private', 'a.safetensors')],
  ])('refuses alike, without the server’s path: %s', async (_name, requested) => {
    const error = await locateLora(requested, folders).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expect.stringMatching(/^LORA_(NOT_FOUND|INVALID)$/) });
    if (!requested.startsWith('/')) expect(String(error)).not.toContain(root);
  });

  it('names a symbolic link that leads out, and tells nothing of what is behind it', async () => {
    const messageOf = (requested: string): Promise<string> =>
      locateLora(requested, folders).then(String, (error: Error) => error.message);
    expect(await messageOf('link.safetensors')).toMatch(
      /"link\.safetensors" is a symbolic link out of .*LORA_ALLOWED_PATHS/,
    );
    const there = await messageOf('up/secret.safetensors');
    expect(there).toContain('"up" is a symbolic link out of');
    expect(await messageOf('up/nobody.safetensors')).toBe(there.replace('secret', 'nobody'));
  });

  it('takes a link from one allowed folder to another', async () => {
    await symlink(path.join(allowed, 'b.safetensors'), path.join(base, 'across.safetensors'));
    expect(path.basename(await locateLora('across.safetensors', folders))).toBe('b.safetensors');
  });

  it('finds a file by its name in either Unicode form, in folders too', async () => {
    const names = ['Caf\u00e9', 'Zo\u00eb'];
    for (const form of ['NFC', 'NFD'] as const) {
      const [folder = '', file = ''] = names.map((name) => `${name}-${form}`.normalize(form));
      await mkdir(path.join(base, folder));
      await writeFile(path.join(base, folder, `${file}.safetensors`), 'x');
      for (const asked of ['NFC', 'NFD'] as const) {
        const found = await locateLora(`${folder}/${file}.safetensors`.normalize(asked), folders);
        expect(found).toBe(path.join(await realpath(base), folder, `${file}.safetensors`));
      }
    }
  });

  it('takes the separators of Windows', async () => {
    await mkdir(path.join(base, 'styles'));
    await writeFile(path.join(base, 'styles', 'c.safetensors'), 'x');
    expect(path.basename(await locateLora('styles\\c.safetensors', folders))).toBe('c.safetensors');
    expect(path.basename(await locateLora('.\\styles\\c.safetensors', folders))).toBe('c.safetensors');
  });

  it('refuses formats that can run code', async () => {
    await expect(locateLora('old.pt', folders)).rejects.toMatchObject({ code: 'LORA_INVALID' });
  });
});
