/**
 * Downloaded LoRAs, by content:
 *
 *   <sha256>.safetensors       a LoRA, whole and checked; many URLs may lead to it
 *   <sha256>.used              touched when a job uses it: what was used longest ago goes first
 *   url-<hash of URL>.json     what a URL led to, and the version that its host gave then
 *   bad-<hash of URL>.json     why what was there, in that version, cannot be used: it is not downloaded again
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
  /** Text of the `adapter_config.json` beside it. */
  peftConfig: z.string().nullable().default(null),
});
export type CacheEntry = z.infer<typeof entrySchema>;

const refusalSchema = z.object({ version: z.string(), why: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;

export interface LoraCache {
  folder: string;
  /** The file of a content, or null when it is not here. */
  find(sha256: string): Promise<string | null>;
  /** What a URL last led to, if that is still here. */
  lookUp(url: string): Promise<(CacheEntry & { file: string }) | null>;
  /** Take a checked file in, under its content and its URL. */
  keep(part: string, url: string, entry: CacheEntry): Promise<string>;
  /** Remember why a version of a file, which was downloaded and read, cannot be used. */
  refuse(url: string, refusal: Refusal): Promise<void>;
  /** Why this version cannot be used, if that is known. */
  refusal(url: string, version: string): Promise<string | null>;
  /** A job uses it now. */
  touch(sha256: string): Promise<void>;
}

export const urlKey = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 40);
export const cachedName = (sha256: string): string => `${sha256}.safetensors`;

export function openLoraCache(folder: string): LoraCache {
  const fileOf = (sha256: string): string => path.join(folder, cachedName(sha256));
  const entryOf = (url: string): string => path.join(folder, `url-${urlKey(url)}.json`);
  const refusalOf = (url: string): string => path.join(folder, `bad-${urlKey(url)}.json`);

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
      const entry = await readJson(entryOf(url), entrySchema);
      const file = entry === null ? null : await find(entry.sha256);
      return entry === null || file === null ? null : { ...entry, file };
    },
    keep: async (part, url, entry) => {
      const file = fileOf(entry.sha256);
      await rename(part, file);
      await writeJson(entryOf(url), entry);
      return file;
    },
    refuse: (url, refusal) => writeJson(refusalOf(url), refusal),
    refusal: async (url, version) => {
      const known = await readJson(refusalOf(url), refusalSchema);
      return known?.version === version ? known.why : null;
    },
    touch: async (sha256) => {
      const mark = path.join(folder, `${sha256}.used`);
      const now = new Date();
      await mkdir(folder, { recursive: true });
      await utimes(mark, now, now).catch(() => writeFile(mark, ''));
    },
  };
}

/** Whole or not at all. */
async function writeJson(file: string, value: CacheEntry | Refusal): Promise<void> {
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, JSON.stringify(value));
  await rename(written, file);
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
