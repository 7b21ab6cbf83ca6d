import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
    ['backslash', '..\\secret.safetensors'],
    ['too long', `${'a'.repeat(5000)}.safetensors`],
    ['empty', ''],
    ['a sibling with the same start', path.join(root, 'loras-private', 'a.safetensors')],
  ])('refuses alike, without the server’s path: %s', async (_name, requested) => {
    const error = await locateLora(requested, folders).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expect.stringMatching(/^LORA_(NOT_FOUND|INVALID)$/) });
    if (!requested.startsWith('/')) expect(String(error)).not.toContain(root);
  });

  it('refuses formats that can run code', async () => {
    await expect(locateLora('old.pt', folders)).rejects.toMatchObject({ code: 'LORA_INVALID' });
  });
});
