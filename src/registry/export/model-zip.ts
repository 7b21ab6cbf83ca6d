/** A model as one ZIP file, which is made while it is read: its LoRA, what it was trained with, and the previews of the epoch. */
import { PassThrough, Readable } from 'node:stream';
import { stringify } from 'yaml';
import { ZipFile } from 'yazl';
import type { Asker } from '../asker.ts';
import { namedAssets } from '../assets/read-assets.ts';
import { createBlobs } from '../blobs.ts';
import { createLoraLookup } from '../lora-lookup.ts';
import type { ModelRecord } from '../models/model-record.ts';
import { getModel } from '../models/read-models.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict } from '../registry-errors.ts';
import { chooseEpoch, currentEpoch, type EpochRecord, findVersion } from '../versions/read-versions.ts';

export interface ModelZip {
  /** Of the file. */
  name: string;
  stream: Readable;
}

/**
 * The epoch is said by its step or number; null: the pinned one, else the last. Of a composition all LoRAs are in it. Throws
 * TRAINED_MODEL_NOT_FOUND, LORA_NOT_FOUND, and REGISTRY_CONFLICT for a base model.
 */
export async function zipModel(
  context: RegistryContext,
  asker: Asker,
  id: string,
  epoch: string | null,
): Promise<ModelZip> {
  const model = await getModel(context, asker, id);
  if (model.isBase)
    throw conflict(`"${model.fullName}" is a base model. Its weights are at ${model.sourceUrl}.`);
  const path = epoch === null ? id : `${id}@${epoch}`;
  const [files = []] = await createLoraLookup(context)(asker, [{ path, scale: 1, expert: null }]);
  const zip = new ZipFile();
  const plain = { compress: false };
  for (const [index, { expert, registered }] of files.entries()) {
    const side = expert === null ? '' : `_${expert}_noise`;
    const number = model.kind === 'composition' ? `_${index + 1}` : '';
    if (registered !== undefined)
      zip.addFile(registered.file, `${model.slug}${number}${side}.safetensors`, plain);
  }
  const version =
    model.currentVersion === null ? null : await findVersion(context.database.queries, model.currentVersion);
  const chosen = version === null ? null : chosenEpoch(version, epoch, model.pinnedEpoch);
  zip.addBuffer(Buffer.from(`${JSON.stringify(describe(model, chosen), null, 2)}\n`), 'metadata.json');
  zip.addBuffer(Buffer.from(stringify(version?.request ?? {})), 'config.yaml');
  await addSamples(context, zip, chosen);
  const stream = new PassThrough();
  zip.on('error', (error) => stream.destroy(error instanceof Error ? error : undefined));
  zip.outputStream.pipe(stream);
  zip.end();
  return { name: `${model.slug}.zip`, stream };
}

const chosenEpoch = (
  version: Parameters<typeof currentEpoch>[0],
  epoch: string | null,
  pinned: number | null,
): EpochRecord | null =>
  epoch === null ? currentEpoch(version, pinned) : chooseEpoch(version.epochs, epoch);

const describe = (model: ModelRecord, epoch: EpochRecord | null) => ({
  id: model.id,
  name: model.name,
  full_name: model.fullName,
  base: model.base,
  kind: model.kind,
  trigger_word: model.trigger,
  description: model.description,
  tags: model.tags,
  version: model.currentVersion,
  step: epoch?.step ?? null,
  concepts: model.concepts,
});

async function addSamples(context: RegistryContext, zip: ZipFile, epoch: EpochRecord | null): Promise<void> {
  const samples = epoch?.samples ?? [];
  const assets = await namedAssets(
    context,
    samples.map(({ asset }) => asset),
  );
  const blobs = createBlobs(context);
  for (const { index, asset: id } of samples) {
    const asset = assets.get(id);
    if (asset === undefined) continue;
    const extension = asset.mime.split('/')[1]?.replace('jpeg', 'jpg') ?? 'bin';
    zip.addReadStreamLazy(`samples/${index}.${extension}`, { compress: false }, (take) => {
      blobs.read(asset.blob).then(
        (found) => {
          if (found === null) take(new Error(`The file of ${id} is gone.`), Readable.from([]));
          else take(null, found.stream);
        },
        (error: unknown) => take(error, Readable.from([])),
      );
    });
  }
}
