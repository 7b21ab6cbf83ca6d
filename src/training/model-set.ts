/** The training images of a model as the set of a training: their files, with their captions beside them. */
import type { DarkroomError } from '../errors/darkroom-error.ts';
import type { SetSource } from '../registry/intake/gather-set.ts';
import { refuseSet } from '../registry/intake/set-file.ts';
import type { Registry } from '../registry/open-registry.ts';

export interface ModelSet {
  files: readonly SetSource[];
  /** Ids of the assets that pictures are of, by their names in the set. */
  assets: ReadonlyMap<string, string>;
}

/** Throws DATASET_INVALID for a model without pictures, and for a picture whose file is gone. */
export async function modelSet(
  model: string,
  { sets, blobs }: Pick<Registry, 'sets' | 'blobs'>,
  signal: AbortSignal,
): Promise<ModelSet> {
  const images = (await sets.images([model])).get(model) ?? [];
  const pairs = await sets.pairs(model);
  if (images.length === 0) throw noPictures();
  const stems = new Map(images.map(({ asset }, index) => [asset.id, String(index + 1).padStart(4, '0')]));
  const found = await Promise.all(
    images.map(async ({ asset, caption }): Promise<SetSource[]> => {
      const file = await blobs.locate(asset.blob, signal);
      if (file === null)
        throw refuseSet(
          `The file of the picture "${asset.name}" (${asset.id}) is gone. Take it out of the set.`,
        );
      const pair = pairs.find(({ source, target }) => source === asset.id || target === asset.id);
      if (pairs.length > 0 && pair === undefined) return [];
      const isSource = pair?.source === asset.id;
      const stem = stems.get(pair?.target ?? asset.id) ?? asset.id;
      const text = pair === undefined || isSource ? caption : pair.instruction || caption;
      return [
        { kind: 'file', name: isSource ? `control/${stem}` : stem, path: file },
        ...(isSource || text === '' ? [] : [captionSource(stem, text)]),
      ];
    }),
  );
  const assets = new Map([...stems].map(([asset, stem]) => [stem, asset]));
  return { files: found.flat(), assets };
}

export const noPictures = (): DarkroomError =>
  refuseSet('The training has no pictures. Send an archive, files or URLs of some.');

const captionSource = (stem: string, text: string): SetSource => ({
  kind: 'data',
  text: Buffer.from(text).toString('base64'),
  name: `${stem}.txt`,
});
