import type { Config } from '../config.ts';
import { createPictureReader, pictureMemoryBytes } from '../pictures/picture-reader.ts';
import { intakeLimits } from '../registry/intake/set-file.ts';
import type { Registry } from '../registry/open-registry.ts';
import { createGuardedFetch } from '../security/guarded-fetch.ts';
import { createGuardedPost } from '../security/guarded-post.ts';
import { type CaptionPicture, createCaptionPicture } from '../training/captions/caption-endpoint.ts';
import { openTrainings, type Trainings, type TrainingsParts } from '../training/open-trainings.ts';
import type { TrainingStore } from '../training/training-store.ts';
import type { RequestTokens } from '../worker/request-tokens.ts';
import { newId } from './new-id.ts';
import type { RequestParts } from './request-parts.ts';

interface Options {
  request: Pick<RequestParts, 'catalog' | 'settings'>;
  registry: Registry;
  store: TrainingStore;
  jobs: TrainingsParts['jobs'];
  tokens: Pick<RequestTokens, 'remember'>;
  config: Config;
  clock: () => Date;
}

const decoding = { timeoutMs: 120_000, idleMs: 60_000 };

/** Trainings as the API asks for them. Pictures of sets have a process of their own, which may use more than control pictures do. */
export function createTrainings({ request, tokens, config, ...parts }: Options): Trainings {
  const limits = intakeLimits(config.TRAINING_IMAGES_MAX);
  return openTrainings({
    ...parts,
    catalog: request.catalog,
    settings: request.settings,
    intake: {
      limits,
      fetch: createGuardedFetch({ allow: config.OUTBOUND_ALLOW }),
      read: createPictureReader({ memoryBytes: pictureMemoryBytes(limits.maximumPixels), ...decoding }),
    },
    keepStateDays: config.KEEP_STATE_DAYS,
    caption: captionOf(config),
    hasToolkit: config.AI_TOOLKIT_PATH !== undefined,
    scratchFolder: config.scratchFolder,
    rememberToken: tokens.remember,
    newId,
  });
}

function captionOf(config: Config): CaptionPicture | null {
  const { CAPTION_URL: url, CAPTION_MODEL: model = null, CAPTION_KEY: key = null } = config;
  if (url === undefined) return null;
  return createCaptionPicture({ url, model, key }, createGuardedPost({ allow: config.OUTBOUND_ALLOW }));
}
