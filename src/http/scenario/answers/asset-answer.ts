import { z } from 'zod';
import type { AssetRecord } from '../../../registry/assets/read-assets.ts';
import type { Links } from '../../kit/links.ts';
import { toUserId } from '../ids.ts';
import type { AssetAnswer } from '../schema/asset.ts';
import { type AssetSourceName, type AssetTypeName, modelTypeNames } from '../schema/enums.ts';

/** What is stored with an asset that a request of this API has made. */
export const renderedMetadataSchema = z.object({
  type: z.enum(['inference-txt2img', 'txt2img', 'img2img', 'txt2video', 'img2video']),
  prompt: z.string(),
  negativePrompt: z.string().optional(),
  modelId: z.string(),
  modelType: z.enum(modelTypeNames).optional(),
  baseModelId: z.string(),
  inferenceId: z.string(),
  seed: z.string(),
  guidance: z.number().optional(),
  numInferenceSteps: z.int().optional(),
  scheduler: z.string().optional(),
  frameRate: z.number().optional(),
  nbFrames: z.int().optional(),
});
export type RenderedMetadata = z.output<typeof renderedMetadataSchema>;

export function assetAnswer(asset: AssetRecord, links: Links): AssetAnswer {
  const rendered = renderedMetadataSchema.safeParse(asset.metadata).data ?? null;
  const { frameRate, nbFrames, ...facts } = rendered ?? {};
  const size =
    asset.width === null || asset.height === null ? {} : { width: asset.width, height: asset.height };
  return {
    id: asset.id,
    authorId: toUserId(asset.author),
    ownerId: asset.project,
    collectionIds: [],
    tags: asset.tags,
    kind: asset.kind,
    mimeType: asset.mime,
    privacy: asset.privacy,
    status: 'success',
    editCapabilities: [],
    isHidden: asset.hidden,
    source: sourceOf(asset, rendered),
    ...(asset.autoCaption === null ? {} : { automaticCaptioning: asset.autoCaption }),
    ...(captionOf(asset) === '' ? {} : { description: captionOf(asset) }),
    ...(asset.outputIndex === null ? {} : { outputIndex: asset.outputIndex }),
    metadata: {
      kind: asset.kind,
      name: asset.name,
      ...facts,
      type: typeOf(asset, rendered),
      ...(asset.parent === null ? {} : { parentId: asset.parent, rootParentId: asset.parent }),
      ...(asset.outputIndex === null ? {} : { outputIndex: asset.outputIndex }),
    },
    properties: {
      size: asset.bytes,
      ...size,
      ...(asset.duration === null ? {} : { duration: asset.duration }),
      ...(frameRate === undefined ? {} : { frameRate }),
      ...(nbFrames === undefined ? {} : { nbFrames }),
    },
    url: assetUrl(asset, links),
    createdAt: asset.createdAt.toISOString(),
    updatedAt: asset.updatedAt.toISOString(),
  };
}

/** Works without a key, for a day. */
export const assetUrl = ({ id }: Pick<AssetRecord, 'id'>, links: Links): string =>
  links.toSigned(`/scenario/v1/assets/${id}/file`);

/** What a person wrote, else what was found automatically; empty for neither. */
export const captionOf = ({
  description,
  autoCaption,
}: Pick<AssetRecord, 'description' | 'autoCaption'>): string =>
  description === '' ? (autoCaption ?? '') : description;

type Origin = Pick<AssetRecord, 'kind' | 'source'>;

function typeOf({ kind, source }: Origin, rendered: RenderedMetadata | null): AssetTypeName {
  if (rendered !== null) return rendered.type;
  switch (source) {
    case 'uploaded':
    case 'imported':
      return kind === 'video' ? 'uploaded-video' : 'uploaded';
    case 'sampled':
    case 'rendered':
      return kind === 'video' ? 'txt2video' : 'inference-txt2img';
  }
}

/** The published reference spells these one way as a type, and another as a source. */
function sourceOf(asset: Origin, rendered: RenderedMetadata | null): AssetSourceName {
  const type = typeOf(asset, rendered);
  switch (type) {
    case 'txt2img':
    case 'img2img':
    case 'txt2video':
    case 'img2video':
    case 'uploaded':
    case 'uploaded-video':
      return type;
    default:
      return 'inference-txt';
  }
}
