/** The training set that the configuration of a job names, as the training images of its model. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { count, eq } from 'drizzle-orm';
import { trainingImages } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { insertAsset } from '../assets/write-assets.ts';
import { createBlobs } from '../blobs.ts';
import { takeSet } from '../intake/take-set.ts';
import type { ImportParts, ImportRun } from './import-parts.ts';
import type { ImportTask } from './import-task.ts';
import type { TrainerFolder } from './trainer-folder.ts';

interface Importing {
  task: ImportTask;
  run: ImportRun;
  parts: ImportParts;
}

/** How many pictures were added: none to a model that has some, and none of folders that cannot be read here, which is warned of. */
export async function importDataset({ config }: TrainerFolder, importing: Importing): Promise<number> {
  const { task, run, parts } = importing;
  if (!task.dataset || config === null || (await hasImages(importing))) return 0;
  const folders = [];
  for (const folder of config.datasets) {
    const isHere = path.isAbsolute(folder) && (await stat(folder).catch(() => null))?.isDirectory();
    if (isHere) folders.push(folder);
    else run.warn(`The training set at ${folder} cannot be read here, so it was not imported.`);
  }
  if (folders.length === 0) return 0;
  try {
    const set = await takeSet(
      folders.map((folder) => ({ kind: 'folder', path: folder })),
      run.scratch,
      { skipBad: true },
      { fetch: parts.fetch, limits: parts.limits, signal: run.signal, read: parts.readPicture },
    );
    for (const warning of set.warnings) run.warn(warning);
    return await addImages(set.items, importing);
  } catch (error) {
    if (!(error instanceof DarkroomError) || error.code !== 'DATASET_INVALID') throw error;
    run.warn(`The training set was not imported. ${error.message}`);
    return 0;
  }
}

async function hasImages({ task, parts }: Importing): Promise<boolean> {
  const [row] = await parts.registry.database.queries
    .select({ images: count() })
    .from(trainingImages)
    .where(eq(trainingImages.model, task.model));
  return (row?.images ?? 0) > 0;
}

type Items = Awaited<ReturnType<typeof takeSet>>['items'];

async function addImages(items: Items, { task, run, parts }: Importing): Promise<number> {
  const { registry } = parts;
  const blobs = createBlobs(registry);
  const kept: (Pick<Items[number], 'picture' | 'caption'> & { sha256: string })[] = [];
  for (const { picture, caption } of items) {
    run.signal.throwIfAborted();
    const { sha256 } = await blobs.put({ path: picture.path }, 'image/png');
    kept.push({ picture, caption, sha256 });
  }
  await registry.database.transaction(async (transaction) => {
    for (const [position, { picture, caption, sha256 }] of kept.entries()) {
      const asset = await insertAsset(registry, transaction, {
        project: task.asker.project,
        sha256,
        kind: 'image',
        name: path.basename(picture.name),
        width: picture.width,
        height: picture.height,
        description: caption ?? '',
        source: 'imported',
        author: task.asker.keyId,
        hidden: true,
      });
      await transaction.insert(trainingImages).values({ model: task.model, asset, position });
    }
  });
  return kept.length;
}
