/** What a replay misses, looked for in a folder of this machine. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { operations } from '../../client/api.ts';
import { hashBytes, hashFile } from '../../loras/file/hash-file.ts';
import { createPictureReader, pictureMemoryBytes } from '../../pictures/picture-reader.ts';
import { plainVariants } from '../../pictures/plain-variants.ts';
import { commandConfig } from '../command-config.ts';
import type { RegistryServer } from '../registry-server.ts';

export type Replay = operations['getReplay']['responses'][200]['content']['application/json'];
type Missing = Replay['missing'][number];

const decoding = { timeoutMs: 120_000, idleMs: 1_000 };
const isPicture = (name: string): boolean => /\.(png|jpe?g|webp|avif|gif|tiff?|bmp)$/i.test(name);

/** Pictures of the folder that are missing, in base64. */
export async function findPictures(folder: string, missing: readonly Missing[]): Promise<string[]> {
  const wanted = new Set(missing.flatMap(({ kind, sha256 }) => (kind === 'picture' ? (sha256 ?? []) : [])));
  if (wanted.size === 0) return [];
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'darkroom-'));
  const maximumPixels = commandConfig().MAX_CONTROL_IMAGE_PIXELS;
  const read = createPictureReader({ memoryBytes: pictureMemoryBytes(maximumPixels), ...decoding });
  const found: string[] = [];
  try {
    for (const file of (await filesOf(folder)).filter(isPicture)) {
      if (wanted.size === 0) break;
      const bytes = await readFile(file);
      const asItIs = { sha256: hashBytes(bytes), png: bytes };
      const plain = wanted.has(asItIs.sha256)
        ? asItIs
        : await firstWanted(wanted, plainVariants(file, { folder: scratch, maximumPixels, read }));
      if (plain === null) continue;
      wanted.delete(plain.sha256);
      found.push(Buffer.from(plain.png).toString('base64'));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return found;
}

async function firstWanted(wanted: ReadonlySet<string>, variants: ReturnType<typeof plainVariants>) {
  for await (const variant of variants) if (wanted.has(variant.sha256)) return variant;
  return null;
}

/** Send the LoRAs of the folder that are missing to the server. Returns how many. */
export async function sendLoras(
  folder: string,
  missing: readonly Missing[],
  { ask, client: { api } }: RegistryServer,
): Promise<number> {
  const wanted = new Set(missing.flatMap(({ kind, sha256 }) => (kind === 'lora' ? (sha256 ?? []) : [])));
  let sent = 0;
  for (const file of wanted.size === 0 ? [] : await filesOf(folder)) {
    if (!file.toLowerCase().endsWith('.safetensors') || !wanted.delete(await hashFile(file))) continue;
    const form = new FormData();
    form.append('file', await openAsBlob(file), path.basename(file));
    await ask(api.POST('/v1/loras', { body: { file: '' }, bodySerializer: () => form }));
    sent += 1;
  }
  return sent;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
