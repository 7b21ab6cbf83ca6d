/** A training of this server as a source of previews: its plan says how each was made, its version keeps both. */
import type { Catalog } from '../catalog/load-catalog.ts';
import { callProvenance } from '../files/encode/call-provenance.ts';
import type { Job } from '../jobs/job.ts';
import type { Asker } from '../registry/asker.ts';
import type { AssetRecord } from '../registry/assets/read-assets.ts';
import type { VersionRecord } from '../registry/versions/read-versions.ts';
import { findModel } from '../render/check-request.ts';
import type { Call } from '../render/plan.ts';
import type { PromptRequest } from '../render/request.ts';
import { recallRecipe } from '../replay/recall-recipe.ts';
import type { StoredTraining } from '../training/stored-training.ts';
import { type JobEpoch, type JobSample, type JobSource, JobUnreadable } from './job-source.ts';

export interface TrainingParts {
  catalog: Catalog;
  /** Throws TRAINING_NOT_FOUND. */
  findTraining: (asker: Asker, id: string) => Promise<{ version: string | null; job: Job<StoredTraining> }>;
  findVersion: (id: string) => Promise<VersionRecord | null>;
  findAssets: (ids: readonly string[]) => Promise<Map<string, AssetRecord>>;
  /** The path of a blob on this machine; null when it is gone. */
  locateBlob: (sha256: string, signal: AbortSignal) => Promise<string | null>;
  readBlob: (sha256: string) => Promise<Uint8Array | null>;
}

const fetchMs = 10 * 60_000;

/** Throws JobUnreadable, TRAINING_NOT_FOUND and MODEL_NOT_FOUND. */
export async function readTraining(
  asker: Asker,
  id: string,
  model: string | null,
  parts: TrainingParts,
): Promise<JobSource> {
  const { version: versionId, job } = await parts.findTraining(asker, id);
  const version = versionId === null ? null : await parts.findVersion(versionId);
  const { plan } = job.task;
  if (version === null || version.epochs.length === 0)
    throw new JobUnreadable(
      `The training "${plan.name}" has made no epoch yet. Verify it after its first one.`,
    );
  const entry = findModel(parts.catalog, model ?? plan.pipeline.model);
  const previews = await Promise.all(
    plan.samples.map(async (call) => {
      const pictures = await picturesOf(call, parts);
      const missing = Object.values(call.images).some(({ pictures: all }) =>
        all.some((one) => !pictures.has(one)),
      );
      return {
        prompt: promptOf(job.task, call, entry, pictures),
        written: call.prompt,
        unusable: missing ? 'its control picture is not kept any more' : null,
      };
    }),
  );
  const byIndex = (): JobSource['previews'] extends (step: number) => infer P ? P : never => {
    const most = Math.max(-1, ...plan.samples.map(({ index }) => index));
    return Array.from({ length: most + 1 }, (_, index) => {
      const at = plan.samples.findIndex((call) => call.index === index);
      const found = previews[at];
      if (found === undefined) throw new Error('samples are numbered without gaps');
      return found;
    });
  };
  const listed = byIndex();
  return {
    name: plan.name,
    entry,
    epochs: await epochsOf(version, plan.name, parts),
    samples: await samplesOf(version, parts),
    previews: () => listed,
    others: [],
    settings: null,
    tiledDecoding:
      entry.tiled_decoding === undefined ? null : plan.samples.some(({ tiling }) => tiling !== undefined),
    lowersBar: null,
    notes: [],
  };
}

async function epochsOf(
  version: VersionRecord,
  name: string,
  { locateBlob }: TrainingParts,
): Promise<JobEpoch[]> {
  const epochs: JobEpoch[] = [];
  for (const { step, files } of version.epochs) {
    const found = [];
    for (const { part, sha256 } of files) {
      const path = await locateBlob(sha256, AbortSignal.timeout(fetchMs));
      if (path !== null) found.push({ part, path, sha256 });
    }
    const label = `${name}_${String(step).padStart(9, '0')}.safetensors`;
    if (found.length === files.length && found.length > 0)
      epochs.push({ step, name: label, files: found, triggers: [] });
  }
  return epochs.sort((a, b) => a.step - b.step);
}

async function samplesOf(
  version: VersionRecord,
  { findAssets, readBlob }: TrainingParts,
): Promise<JobSample[]> {
  const all = version.epochs.flatMap(({ step, samples }) => samples.map((sample) => ({ step, ...sample })));
  const assets = await findAssets(all.map(({ asset }) => asset));
  return all.flatMap(({ step, index, asset }): JobSample[] => {
    const found = assets.get(asset);
    if (found === undefined) return [];
    const read = async (): Promise<Uint8Array> => {
      const bytes = await readBlob(found.blob);
      if (bytes === null) throw new Error('the file of a sample is gone');
      return bytes;
    };
    return [{ step, index, name: found.name, read }];
  });
}

async function picturesOf({ images }: Call, { readBlob }: TrainingParts): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const sha256 of Object.values(images).flatMap(({ pictures }) => [...pictures])) {
    const bytes = await readBlob(sha256);
    if (bytes !== null) found.set(sha256, bytes);
  }
  return found;
}

const nothing = { versions: {}, darkroom: '', commits: {}, device: null, dtype: null, quantization: null };

/** The call of the plan in the words of a request. */
function promptOf(
  { plan }: StoredTraining,
  call: Call,
  entry: JobSource['entry'],
  pictures: ReadonlyMap<string, Uint8Array>,
): PromptRequest {
  const output = { format: 'png', quality: 100 } as const;
  const render = { plan: { pipeline: plan.pipeline, adapters: [], calls: plan.samples }, loras: [], output };
  const recalled = recallRecipe(callProvenance(render, call, nothing), entry);
  const { width, height } = recalled.controlSize ?? call;
  return {
    prompt: call.prompt,
    triggerWord: null,
    negativePrompt: entry.guidance.negative_prompt ? call.negative_prompt : null,
    ...{ width, height, steps: call.steps, guidanceScale: call.guidance_scale, seed: call.seed },
    guidanceRescale: recalled.guidanceRescale === 0 ? null : recalled.guidanceRescale,
    cfgNorm: null,
    secondNegativePrompt: recalled.secondNegativePrompt,
    scales: plan.sample_scale,
    sampler: recalled.sampler,
    numFrames: entry.output.kind === 'video' ? call.num_frames : null,
    fps: entry.output.fixed_fps ? null : call.fps,
    resolution: null,
    controlImages: recalled.controlImages.flatMap((sha256) => dataUrl(pictures.get(sha256)) ?? []),
    controlIndex: recalled.controlIndex,
    source: null,
  };
}

const dataUrl = (bytes: Uint8Array | undefined): string | null =>
  bytes === undefined ? null : `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
