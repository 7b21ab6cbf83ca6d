/** From a picture, or the name of an output, to a job that makes it again. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { inspectPicture } from '../files/encode/inspect-picture.ts';
import { type Provenance, parseProvenance, provenanceJson } from '../files/encode/provenance.ts';
import { blobKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Accepted } from '../jobs/queue/accept-jobs.ts';
import type { OutputRecord } from '../jobs/reading/list-outputs.ts';
import { hashBytes } from '../loras/file/hash-file.ts';
import type { ReadPicture } from '../pictures/picture-reader.ts';
import { plainVariants } from '../pictures/plain-variants.ts';
import type { Asker } from '../registry/asker.ts';
import { type StoredRender, storedRenderSchema } from '../render/stored-render.ts';
import { picturesOf } from './find-parts.ts';
import type { ReplayTask } from './replay-task.ts';

export interface ReplayOrder {
  asker: Asker;
  dialect: string;
  /** A file, or an output that the asker may see. */
  of: { file: Uint8Array } | { record: OutputRecord };
  /** Files of pictures that it was made with, in any order. */
  pictures: readonly Uint8Array[];
  sent: unknown;
  idempotency: NewJob['idempotency'];
}

export interface SubmitReplayParts {
  jobs: Pick<Jobs, 'get' | 'accept'> & { outputs: Pick<Jobs['outputs'], 'list'> };
  files: Pick<FileStore, 'read' | 'put'>;
  readPicture: ReadPicture;
  maximumPixels: number;
  scratchFolder: string;
  newId: () => string;
}

/**
 * Throws INVALID_REQUEST for a file that is no picture, or does not say how it was made, OUTPUT_NOT_FOUND for one whose file is
 * gone, and what accepting throws.
 */
export type SubmitReplay = (order: ReplayOrder) => Promise<Accepted>;

export function createSubmitReplay(parts: SubmitReplayParts): SubmitReplay {
  return async (order) => {
    const { asker, dialect } = order;
    const { bytes, record, seen } = await original(order, parts);
    const stored = record?.recipe == null ? null : parseProvenance(record.recipe);
    const recipe = stored ?? seen.provenance;
    if (recipe === null) throw noRecipe(seen.parameters !== null);
    const sha256 = hashBytes(bytes);
    await parts.files.put(blobKey(sha256), bytes, 'application/octet-stream');
    const sent = await keepPictures(order.pictures, recipe, parts);
    // What the store keeps for one asker is nothing that another may render with.
    const mayRead = stored !== null || asker.seesAll ? picturesOf(recipe) : [];
    const task: ReplayTask = {
      asker: { project: asker.project, keyId: asker.keyId, seesAll: asker.seesAll },
      dialect,
      original: {
        sha256,
        format: seen.format,
        output: record === null ? null : { job: record.job, index: record.output.index },
      },
      recipe: provenanceJson(recipe),
      output: (await storedOutput(record, parts)) ?? outputOf(recipe, seen.format),
      pictures: [...new Set([...sent.kept, ...mayRead])],
      child: null,
    };
    return parts.jobs.accept({
      id: parts.newId(),
      kind: 'replay',
      dialect,
      project: asker.project,
      model: recipe.model,
      units: 1,
      queue: 'replay',
      task,
      needs: [],
      inputs: [sha256, ...sent.kept],
      request: order.sent,
      priority: 0,
      warnings: sent.warnings,
      keyId: asker.keyId,
      webhook: null,
      idempotency: order.idempotency,
    });
  };
}

async function original({ of, asker }: ReplayOrder, parts: SubmitReplayParts) {
  const bytes = 'file' in of ? of.file : await outputBytes(of.record, parts.files);
  const seen = await inspectPicture(bytes);
  if (seen === null)
    throw new DarkroomError(
      'INVALID_REQUEST',
      'This is no picture that is read here. Send a PNG, JPEG or WebP, or an MP4, that Darkroom has made.',
    );
  if ('record' in of) return { bytes, seen, record: of.record };
  const own = asker.seesAll ? {} : { keyId: asker.keyId };
  const { outputs } = await parts.jobs.outputs.list({ sha256: hashBytes(bytes), limit: 1, ...own });
  return { bytes, seen, record: outputs[0] ?? null };
}

async function outputBytes({ output }: OutputRecord, files: Pick<FileStore, 'read'>): Promise<Uint8Array> {
  const found = await files.read(output.key);
  if (found === null)
    throw new DarkroomError(
      'OUTPUT_NOT_FOUND',
      'The file of the picture is gone. Send it from a copy of yours.',
    );
  return Buffer.concat(await found.stream.toArray());
}

const noRecipe = (isForeign: boolean): DarkroomError =>
  new DarkroomError(
    'INVALID_REQUEST',
    isForeign
      ? 'The picture was made by another tool: what it says of itself can be recalled into a form, but not replayed. Send one that Darkroom has made.'
      : 'The picture does not say how it was made. Send a file of Darkroom as it was downloaded: other programs leave that out when they save a picture.',
  );

/** How the file was encoded, as the request that made it says. */
async function storedOutput(
  record: OutputRecord | null,
  { jobs }: Pick<SubmitReplayParts, 'jobs'>,
): Promise<StoredRender['output'] | null> {
  const job = record === null ? null : await jobs.get(record.job);
  return storedRenderSchema.safeParse(job?.task).data?.output ?? null;
}

const usualQuality = 95;

function outputOf({ output }: Provenance, format: ReplayTask['original']['format']): ReplayTask['output'] {
  const quality = output?.quality ?? usualQuality;
  return { format: format === 'mp4' ? 'png' : format, quality };
}

/** Those of the pictures that the recipe names, as plain PNGs in the store; each is tried in every way that a request may take it. */
async function keepPictures(
  pictures: readonly Uint8Array[],
  recipe: Provenance,
  parts: SubmitReplayParts,
): Promise<{ kept: string[]; warnings: string[] }> {
  const wanted = new Set(picturesOf(recipe));
  const kept: string[] = [];
  const warnings: string[] = [];
  for (const [index, bytes] of pictures.entries()) {
    const found = await plainOf(bytes, wanted, parts);
    if (found === null)
      warnings.push(
        `Picture ${index + 1} of those sent along is none that it was made with, and was not used.`,
      );
    else kept.push(found);
  }
  return { kept, warnings };
}

/** The hash of the plain PNG that is one of the wanted, which is in the store then. */
async function plainOf(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
  { files, readPicture, maximumPixels, scratchFolder }: SubmitReplayParts,
): Promise<string | null> {
  const asItIs = hashBytes(bytes);
  if (wanted.has(asItIs)) {
    await files.put(blobKey(asItIs), bytes, 'image/png');
    return asItIs;
  }
  const folder = path.join(scratchFolder, `replay_${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const file = path.join(folder, 'sent');
    await writeFile(file, bytes);
    const variants = plainVariants(file, { folder, maximumPixels, read: readPicture });
    for await (const { sha256, png } of variants) {
      if (!wanted.has(sha256)) continue;
      await files.put(blobKey(sha256), png, 'image/png');
      return sha256;
    }
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
