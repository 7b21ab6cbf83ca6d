import type { AssetRecord } from '../../registry/assets/read-assets.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { UploadRecord } from '../../registry/uploads/upload-record.ts';
import type { EpochRecord, VersionRecord } from '../../registry/versions/read-versions.ts';
import type { Links } from '../kit/links.ts';
import type {
  AssetResponse,
  ModelDetailsResponse,
  ModelResponse,
  UploadResponse,
} from './schemas/registry-schema.ts';

export function modelResponse(model: ModelRecord): ModelResponse {
  return {
    id: model.id,
    name: model.name,
    full_name: model.fullName,
    slug: model.slug,
    project: model.project,
    kind: model.kind,
    is_base: model.isBase,
    base: model.base,
    status: model.status,
    privacy: model.privacy,
    source: model.source,
    source_url: model.sourceUrl,
    trigger_word: model.trigger,
    short_description: model.shortDescription,
    description: model.description,
    tags: model.tags,
    concepts: model.concepts,
    thumbnail: model.thumbnail,
    examples: model.examples,
    training_images: model.trainingImageCount,
    current_version: model.currentVersion,
    pinned_epoch: model.pinnedEpoch,
    parent: model.parent,
    author: model.author,
    created_at: model.createdAt.toISOString(),
    updated_at: model.updatedAt.toISOString(),
    deleted_at: model.deletedAt?.toISOString() ?? null,
  };
}

export function modelDetailsResponse(
  model: ModelRecord,
  versions: readonly VersionRecord[],
  links: Links,
): ModelDetailsResponse {
  return {
    ...modelResponse(model),
    versions: versions.map((version) => ({
      id: version.id,
      number: version.number,
      origin: version.origin,
      trigger_word: version.trigger,
      created_at: version.createdAt.toISOString(),
      epochs: version.epochs.map((epoch) => epochResponse(model, version, epoch, links)),
    })),
  };
}

function epochResponse(model: ModelRecord, version: VersionRecord, epoch: EpochRecord, links: Links) {
  const isCurrent = version.id === model.currentVersion;
  const { number, step, loss, createdAt } = epoch;
  const of = isCurrent ? model.id : `${model.id}:${version.id.slice(0, 12)}`;
  return {
    number,
    step,
    loss,
    lora_path: `${of}@${step}`,
    created_at: createdAt.toISOString(),
    files: epoch.files.map(({ part, bytes, sha256 }) => ({
      part,
      bytes,
      sha256,
      url: links.toSigned(`/v1/registry/models/${model.id}/files/${sha256}`),
    })),
    samples: epoch.samples.map(({ index, asset }) => ({
      index,
      asset,
      url: links.toSigned(`/v1/registry/assets/${asset}/content`),
    })),
  };
}

export function assetResponse(asset: AssetRecord, links: Links): AssetResponse {
  return {
    id: asset.id,
    project: asset.project,
    kind: asset.kind,
    name: asset.name,
    width: asset.width,
    height: asset.height,
    duration: asset.duration,
    bytes: asset.bytes,
    content_type: asset.mime,
    sha256: asset.blob,
    description: asset.description,
    tags: asset.tags,
    source: asset.source,
    metadata: asset.metadata,
    privacy: asset.privacy,
    url: links.toSigned(`/v1/registry/assets/${asset.id}/content`),
    created_at: asset.createdAt.toISOString(),
    updated_at: asset.updatedAt.toISOString(),
  };
}

export const uploadResponse = (upload: UploadRecord, links: Links): UploadResponse => ({
  id: upload.id,
  name: upload.name,
  state: upload.state,
  bytes: upload.bytes,
  parts: upload.parts,
  sha256: upload.blob,
  parts_url: links.to(`/v1/uploads/${upload.id}/parts`),
  expires_at: upload.expiresAt.toISOString(),
});
