import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createCommitsOf } from '../engines/checkpoint-commits.ts';
import { createVideoDecoder } from '../files/decode-video.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Submit } from '../inference/submit.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { LoraLibrary } from '../loras/library.ts';
import type { Registry } from '../registry/open-registry.ts';
import { enginePipeline } from '../render/engine-plan.ts';
import type { ReplayParts } from '../replay/run-replay.ts';
import { createSubmitReplay, type SubmitReplay } from '../replay/submit-replay.ts';
import { watchChildren } from '../worker/watch-children.ts';
import type { RequestParts } from './request-parts.ts';

/** How replays are accepted, and what they are made with by a worker. */
export function createReplayParts(options: {
  request: RequestParts;
  registry: Pick<Registry, 'findLoraFile'>;
  library: LoraLibrary;
  files: FileStore;
  submit: Submit;
  jobs: Jobs;
  config: Config;
  log: Logger;
}): { submitReplay: SubmitReplay; replays: ReplayParts } {
  const { request, registry, library, files, submit, jobs, config, log } = options;
  const { catalog, settings, images, scratchFolder, newId } = request;
  const commitsOf = createCommitsOf(config);
  return {
    submitReplay: createSubmitReplay({
      jobs,
      files,
      readPicture: images.read,
      maximumPixels: images.maximumPixels,
      scratchFolder,
      newId,
    }),
    replays: {
      catalog,
      library,
      findRegistered: registry.findLoraFile,
      files,
      submit,
      commitsOf: (spec) => commitsOf(enginePipeline(spec, catalog.get(spec.model), settings)),
      children: watchChildren(jobs),
      decodeVideo: createVideoDecoder({ config, log }),
    },
  };
}
