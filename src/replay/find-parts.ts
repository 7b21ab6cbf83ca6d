/** Finds what a recipe names, wherever it is now, and says how to get what is not there. */

import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Provenance } from '../files/encode/provenance.ts';
import { blobKey, isSha256 } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { LoraLibrary } from '../loras/library.ts';
import { isRemotePath } from '../loras/sources/remote-path.ts';
import type { Asker } from '../registry/asker.ts';
import type { LoraRequest, RegisteredFile } from '../render/request.ts';
import { recallRecipe } from './recall-recipe.ts';
import type { Missing } from './replay-task.ts';

export interface FindParts {
  catalog: Catalog;
  library: Pick<LoraLibrary, 'find'>;
  /** The file of an epoch of the registry that the asker may render with, by its hash. */
  findRegistered: (asker: Asker, sha256: string) => Promise<RegisteredFile | null>;
  files: Pick<FileStore, 'read'>;
}

export interface FoundParts {
  /** Null for a model that the catalog has not. */
  entry: ModelEntry | null;
  loras: LoraRequest[];
  /** By SHA-256, as plain PNGs. */
  pictures: Map<string, Uint8Array>;
  missing: Missing[];
}

/** `pictures`: hashes of those that may be read from the store for this asker. */
export async function findParts(
  recipe: Provenance,
  asker: Asker,
  pictures: ReadonlySet<string>,
  parts: FindParts,
): Promise<FoundParts> {
  const entry = parts.catalog.get(recipe.model) ?? null;
  const missing: Missing[] = [...unusable(recipe), ...unknownModel(recipe, entry)];
  const recalled = recallRecipe(recipe, entry ?? undefined);
  const loras: LoraRequest[] = [];
  for (const [index, lora] of recipe.loras.entries()) {
    const found = await findLora(lora, asker, parts);
    const { scale } = lora;
    if (found === null) missing.push(missingLora(lora));
    else loras.push({ ...found, scale, expert: recalled.experts[index] ?? null });
  }
  const read = new Map<string, Uint8Array>();
  for (const sha256 of picturesOf(recipe)) {
    const bytes = pictures.has(sha256) ? await readBlob(sha256, parts.files) : null;
    if (bytes === null) missing.push(missingPicture(sha256));
    else read.set(sha256, bytes);
  }
  return { entry, loras, pictures: read, missing };
}

/** SHA-256 of each picture that went into it. */
export const picturesOf = ({ images = {} }: Provenance): string[] => [
  ...new Set(Object.values(images).flat()),
];

type RecipeLora = Provenance['loras'][number];

/** A file of the LoRA folders first, since what stands beside it may say how strong it is. */
async function findLora(
  { path, sha256 }: RecipeLora,
  asker: Asker,
  { library, findRegistered }: FindParts,
): Promise<Pick<LoraRequest, 'path' | 'registered'> | null> {
  if (!isSha256(sha256)) return { path };
  const own = await library.find(sha256).catch((error: unknown) => {
    if (error instanceof DarkroomError) return null;
    throw error;
  });
  if (own !== null) return { path: own.path };
  const registered = await findRegistered(asker, sha256);
  if (registered !== null) return { path, registered };
  return isRemotePath(path) ? { path } : null;
}

function unusable({ cut }: Provenance): Missing[] {
  if (cut !== true) return [];
  return [
    {
      kind: 'recipe',
      sha256: null,
      what: 'The prompt was too long for the file and is cut in it.',
      how: 'Replay it on the server that made it, which keeps the whole recipe, or from a PNG.',
    },
  ];
}

function unknownModel({ model, checkpoint }: Provenance, entry: ModelEntry | null): Missing[] {
  if (entry !== null) return [];
  return [
    {
      kind: 'model',
      sha256: null,
      what: `The model "${model}" (${checkpoint.repository}) is not in the catalog.`,
      how: 'Update Darkroom, or put the entry that it was rendered with into CATALOG_PATH.',
    },
  ];
}

const missingLora = ({ path, sha256 }: RecipeLora): Missing => ({
  kind: 'lora',
  sha256,
  what: `The LoRA "${path.slice(0, 200)}" is gone: no file here has its SHA-256 ${sha256}.`,
  how: 'Put the file into the folder of LoRAs under any name, upload it, or name a folder that has it (darkroom replay --find FOLDER).',
});

const missingPicture = (sha256: string): Missing => ({
  kind: 'picture',
  sha256,
  what: `A picture that it was made with is not kept here, as control pictures are not; as a plain PNG it has the SHA-256 ${sha256}.`,
  how: 'Send the picture along, or name a folder that has it (darkroom replay --find FOLDER).',
});

async function readBlob(sha256: string, files: Pick<FileStore, 'read'>): Promise<Uint8Array | null> {
  if (!isSha256(sha256)) return null;
  const found = await files.read(blobKey(sha256));
  return found === null ? null : Buffer.concat(await found.stream.toArray());
}
