import type { Asker } from '../../registry/asker.ts';
import type { AssetRecord } from '../../registry/assets/read-assets.ts';
import type { SentAsset } from '../../registry/assets/receive-asset.ts';
import type { DialectParts } from '../dialect.ts';

export interface UploadedAsset extends SentAsset {
  /** Left out of lists. */
  hidden: boolean;
  /** Asset that it was made from. */
  parent: string | null;
}

/** Keep what a client sends as an asset of the project it acts in. Throws INVALID_REQUEST for what cannot be used. */
export async function addUploadedAsset(
  { source, name, hidden, parent }: UploadedAsset,
  asker: Asker,
  { registry, receiveAsset }: Pick<DialectParts, 'registry' | 'receiveAsset'>,
): Promise<AssetRecord> {
  const { blob, ...facts } = await receiveAsset({ source, name });
  const id = await registry.assets.add({
    ...facts,
    project: asker.project,
    sha256: blob.sha256,
    name,
    hidden,
    parent,
    source: 'uploaded',
    author: asker.keyId,
  });
  return registry.assets.get(asker, id);
}
