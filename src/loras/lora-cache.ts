/**
 * Downloaded LoRAs, by content:
 *
 *   <sha256>.safetensors       a LoRA, whole and checked; many URLs may lead to it
 *   <sha256>.used              touched when a job uses it: what was used longest ago goes first
 *   url-<hash of URL>.json     what a URL led to, and the version that its host gave then
 *   <hash of URL>.….part       a download under way or cut: see `part-file.ts`
 *
 * No URL and no token is written down.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const entrySchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  version: z.string().nullable(),
  /** It was fetched with a token: nobody gets it unless their own request may. */
  isPrivate: z.boolean(),
});
export type CacheEntry = z.infer<typeof entrySchema>;

export interface LoraCache {
  folder: string;
  /** The file of a content, or null when it is not here. */
  find(sha256: string): Promise<string | null>;
  /** What a URL last led to, if that is still here. */
  lookUp(url: string): Promise<(CacheEntry & { file: string }) | null>;
  /** Take a checked file in, under its content and its URL. */
  keep(part: string, url: string, entry: CacheEntry): Promise<string>;
  /** A job uses it now. */
  touch(sha256: string): Promise<void>;
}

export const urlKey = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 40);
export const cachedName = (sha256: string): string => `${sha256}.safetensors`;

export function openLoraCache(folder: string): LoraCache {
  const fileOf = (sha256: string): string => path.join(folder, cachedName(sha256));
  const entryOf = (url: string): string => path.join(folder, `url-${urlKey(url)}.json`);

  async function find(sha256: string): Promise<string | null> {
    const file = fileOf(sha256);
    return access(file).then(
      () => file,
      () => null,
    );
  }

  return {
    folder,
    find,
    lookUp: async (url) => {
      const entry = await readEntry(entryOf(url));
      const file = entry === null ? null : await find(entry.sha256);
      return entry === null || file === null ? null : { ...entry, file };
    },
    keep: async (part, url, entry) => {
      const file = fileOf(entry.sha256);
      await rename(part, file);
      const written = `${entryOf(url)}.${randomUUID()}`;
      await writeFile(written, JSON.stringify(entry));
      await rename(written, entryOf(url));
      return file;
    },
    touch: async (sha256) => {
      const mark = path.join(folder, `${sha256}.used`);
      const now = new Date();
      await mkdir(folder, { recursive: true });
      await utimes(mark, now, now).catch(() => writeFile(mark, ''));
    },
  };
}

async function readEntry(file: string): Promise<CacheEntry | null> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
