/** Keeping the folder of downloaded LoRAs below its limit: what was used longest ago goes first. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export interface CacheLimit {
  folder: string;
  maxBytes: number;
  /** Contents that waiting and running jobs name, by hash. Only asked for when something has to go. */
  inUse: () => Promise<ReadonlySet<string>>;
  now: Date;
}

/** A job that has just been given its file may not be known as its user yet. */
const youngMs = 10 * 60_000;
/** Nobody goes on with a download that was cut so long ago, or asks for what was refused then. */
const oldPartMs = 7 * 24 * 60 * 60_000;

interface CachedFile {
  sha256: string;
  bytes: number;
  usedMs: number;
}

/** Remove old files until the rest is within the limit, if it can be. Returns how many LoRAs went. */
export async function trimLoraCache({ folder, maxBytes, inUse, now }: CacheLimit): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  await removeOldParts(folder, names, now);
  const files = await cachedFiles(folder, names);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= maxBytes) return 0;
  const kept = await inUse();
  let removed = 0;
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (bytes <= maxBytes) break;
    if (kept.has(file.sha256) || now.getTime() - file.usedMs < youngMs) continue;
    await rm(path.join(folder, `${file.sha256}.safetensors`), { force: true });
    await rm(path.join(folder, `${file.sha256}.used`), { force: true });
    bytes -= file.bytes;
    removed += 1;
  }
  if (removed > 0) await removeLooseEntries(folder, names);
  return removed;
}

async function cachedFiles(folder: string, names: readonly string[]): Promise<CachedFile[]> {
  const files: CachedFile[] = [];
  for (const name of names.filter((one) => one.endsWith('.safetensors'))) {
    const sha256 = path.basename(name, '.safetensors');
    const facts = await stat(path.join(folder, name)).catch(() => null);
    if (facts === null) continue;
    const used = await stat(path.join(folder, `${sha256}.used`)).catch(() => facts);
    files.push({ sha256, bytes: facts.size, usedMs: used.mtimeMs });
  }
  return files;
}

async function removeOldParts(folder: string, names: readonly string[], now: Date): Promise<void> {
  for (const name of names.filter((one) => /\.part(\.json)?$|^bad-/.test(one))) {
    const facts = await stat(path.join(folder, name)).catch(() => null);
    if (facts === null || now.getTime() - facts.mtimeMs < oldPartMs) continue;
    await rm(path.join(folder, name), { force: true });
  }
}

/** What URLs led to and is gone. */
async function removeLooseEntries(folder: string, names: readonly string[]): Promise<void> {
  const left = new Set(await readdir(folder));
  for (const name of names.filter((one) => one.startsWith('url-'))) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
    const sha256 = /"sha256":"([0-9a-f]{64})"/.exec(text)?.[1];
    if (sha256 === undefined || !left.has(`${sha256}.safetensors`))
      await rm(path.join(folder, name), { force: true });
  }
}
