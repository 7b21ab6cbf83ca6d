import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalog } from './load-catalog.ts';
import { nearestId } from './nearest-id.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-catalog-'));
afterAll(() => rm(folder, { recursive: true }));

describe('loadCatalog', () => {
  it('names each entry after its file', async () => {
    const catalog = await loadCatalog();
    expect([...catalog.keys()]).toEqual(expect.arrayContaining(['demo', 'flux', 'flux_kontext', 'sdxl']));
    for (const [id, entry] of catalog) expect(entry.id).toBe(id);
  });

  it('adds a model from one file of another folder', async () => {
    const { family: _family, ...flux } = { ...(await loadCatalog()).get('flux') };
    await writeFile(
      path.join(folder, 'mine.json'),
      JSON.stringify({ ...flux, family: 'flux', id: 'mine', label: 'Mine' }),
    );
    const mine = (await loadCatalog([folder])).get('mine');
    expect(mine?.label).toBe('Mine');
  });

  it('refuses an entry with a wrong field, naming file and field', async () => {
    await writeFile(path.join(folder, 'mine.json'), JSON.stringify({ id: 'mine', divisor: 16 }));
    await expect(loadCatalog([folder])).rejects.toThrow(/mine\.json[\s\S]*divisor/);
  });
});

describe('nearestId', () => {
  it.each([
    ['flux_kontex', 'flux_kontext'],
    ['FLUX', 'flux'],
    ['sd_xl', 'sdxl'],
    ['stable-cascade', null],
  ])('%s: %s', (word, expected) => {
    expect(nearestId(word, ['demo', 'flux', 'flux_kontext', 'sdxl'])).toBe(expected);
  });
});
