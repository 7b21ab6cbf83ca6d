/** What jobs of this API make becomes assets, when a client first looks at the job or lists assets. */
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Job, JobOutput } from '../../../jobs/job.ts';
import { outputAssetId } from '../../../registry/assets/output-assets.ts';
import type { DialectParts } from '../../dialect.ts';
import { outputTypes } from '../../kit/send-output.ts';
import { toBaseModelId, toJobId } from '../ids.ts';
import { readSentRender, type SentRender } from '../sent-render.ts';
import type { RenderedMetadata } from './asset-answer.ts';

type OutputParts = Pick<DialectParts, 'registry' | 'files' | 'jobs' | 'catalog' | 'dialect'>;

/** Ids of the assets of a job, in the order of its outputs. Those that are missing are made. */
export async function keepOutputs(job: Job, parts: OutputParts): Promise<string[]> {
  if (job.dialect !== parts.dialect) return [];
  const outputs = job.outputs.toSorted((a, b) => a.index - b.index);
  const ids = outputs.map(({ index }) => outputAssetId(job.id, index));
  const known = await parts.registry.assets.named(ids);
  for (const output of outputs)
    if (!known.has(outputAssetId(job.id, output.index))) await keepOutput(job, output, parts);
  return ids;
}

/** Jobs that one list of assets looks after. */
const mostJobs = 100;

/** The same for all jobs of a project that nobody has looked at. */
export async function keepMissingOutputs(project: string, parts: OutputParts): Promise<void> {
  const { dialect } = parts;
  const missing = await parts.registry.assets.jobsWithMissing({ project, dialect, limit: mostJobs });
  for (const id of missing) {
    const job = await parts.jobs.get(id);
    if (job !== null) await keepOutputs(job, parts);
  }
}

/** An output whose file retention has removed meanwhile becomes none. */
async function keepOutput(
  job: Job,
  output: JobOutput,
  { registry, files, catalog }: OutputParts,
): Promise<void> {
  const sent = readSentRender(job.request);
  const found = await files.read(output.key);
  if (found === null) return;
  const { sha256 } = await registry.blobs.put(await buffer(found.stream), outputTypes[output.format]);
  const { width, height, kind, frames, fps, index } = output;
  await registry.assets.addOutput({
    project: job.project,
    sha256,
    kind,
    width,
    height,
    job: job.id,
    outputIndex: index,
    name: path.posix.basename(output.key),
    source: 'rendered',
    author: job.keyId,
    duration: fps === null ? null : frames / fps,
    hidden: sent?.hidden ?? false,
    metadata: sent === null ? null : metadataOf(job, output, sent, catalog.get(job.model)?.task),
  });
}

type Task = 'text_to_image' | 'image_editing' | 'text_to_video' | 'image_to_video' | undefined;

function metadataOf(
  job: Pick<Job, 'id' | 'model'>,
  { seed, kind, frames, fps }: JobOutput,
  { route, modelId, modelType, body }: SentRender,
  task: Task,
): RenderedMetadata {
  const { prompt, negativePrompt, guidance, numInferenceSteps, scheduler } = body;
  return {
    type: route === 'txt2img' ? 'inference-txt2img' : typeOf(task),
    prompt: typeof prompt === 'string' ? prompt : '',
    modelId,
    baseModelId: toBaseModelId(job.model),
    inferenceId: toJobId(job.id),
    seed: String(seed),
    ...(modelType === undefined ? {} : { modelType }),
    ...(typeof negativePrompt === 'string' ? { negativePrompt } : {}),
    ...(typeof guidance === 'number' ? { guidance } : {}),
    ...(typeof numInferenceSteps === 'number' ? { numInferenceSteps } : {}),
    ...(typeof scheduler === 'string' ? { scheduler } : {}),
    ...(kind === 'video' && fps !== null ? { frameRate: fps, nbFrames: frames } : {}),
  };
}

function typeOf(task: Task): RenderedMetadata['type'] {
  switch (task) {
    case 'image_editing':
      return 'img2img';
    case 'text_to_video':
      return 'txt2video';
    case 'image_to_video':
      return 'img2video';
    case 'text_to_image':
    case undefined:
      return 'txt2img';
  }
}
