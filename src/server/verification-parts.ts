import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createVideoDecoder } from '../files/decode-video.ts';
import { parseProvenance } from '../files/encode/provenance.ts';
import { blobKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Submit } from '../inference/submit.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { createFileHasher } from '../loras/file/hash-file.ts';
import type { Registry } from '../registry/open-registry.ts';
import { toTrainingJob } from '../training/stored-training.ts';
import { type TrainingStore, trainingNotFound } from '../training/training-store.ts';
import { readJobFolder } from '../verification/read-job-folder.ts';
import { readTraining, type TrainingParts } from '../verification/read-training.ts';
import type { VerificationParts } from '../verification/run-verification.ts';
import { createSubmitVerification, type SubmitVerification } from '../verification/submit-verification.ts';
import type { VerificationTask } from '../verification/verification-task.ts';
import { watchChildren } from '../worker/watch-children.ts';
import type { RequestParts } from './request-parts.ts';

/** How verifications are accepted, and what they are made with by a worker. */
export function createVerificationParts(options: {
  request: RequestParts;
  registry: Registry;
  trainings: TrainingStore;
  files: FileStore;
  submit: Submit;
  jobs: Jobs;
  config: Config;
  log: Logger;
}): { submitVerification: SubmitVerification; verifications: VerificationParts } {
  const { request, files, submit, jobs, config, log } = options;
  const { catalog } = request;
  const children = watchChildren(jobs);
  const hashFile = createFileHasher();
  const trainingParts = trainingPartsOf(options);
  const read = (task: VerificationTask, hash: (file: string) => Promise<string>) => {
    const { source, model, asker } = task;
    return source.kind === 'folder'
      ? readJobFolder(path.resolve(source.path), model, { catalog, hashFile: hash })
      : readTraining(asker, source.id, model, trainingParts);
  };
  return {
    submitVerification: createSubmitVerification({
      jobs,
      lookAt: (task) => read(task, async () => ''),
      newId: request.newId,
    }),
    verifications: {
      submit,
      children,
      files,
      maxPrompts: config.MAX_PROMPTS,
      readSource: (task) => read(task, hashFile),
      decodeVideo: createVideoDecoder({ config, log }),
      madeWith: async (job, index) => {
        const text = await children.recipe(job, index);
        const recipe = text === null ? null : parseProvenance(text);
        return { versions: recipe?.versions ?? {}, device: recipe?.device?.name ?? null };
      },
    },
  };
}

function trainingPartsOf({
  request,
  registry,
  trainings,
  files,
  jobs,
}: Parameters<typeof createVerificationParts>[0]): TrainingParts {
  return {
    catalog: request.catalog,
    findTraining: async (asker, id) => {
      const row = await trainings.get(id);
      const job = row === null ? null : await jobs.get(id);
      if (row === null || job === null || !(asker.seesAll || job.project === asker.project))
        throw trainingNotFound(id);
      return { version: row.version, job: toTrainingJob(job) };
    },
    findVersion: registry.versions.find,
    findAssets: registry.assets.named,
    locateBlob: registry.blobs.locate,
    readBlob: async (sha256) => {
      const found = await files.read(blobKey(sha256));
      return found === null ? null : Buffer.concat(await found.stream.toArray());
    },
  };
}
