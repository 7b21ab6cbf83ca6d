import type { Job, JobOutput, NewJob } from '../../src/jobs/job.ts';
import type { Jobs } from '../../src/jobs/open-jobs.ts';
import { pipelineKey } from '../../src/render/pipeline-spec.ts';
import type { Call, RenderPlan } from '../../src/render/plan.ts';
import {
  inputFiles,
  neededFiles,
  type RenderResult,
  type StoredRender,
  storedRenderSchema,
} from '../../src/render/stored-render.ts';
import type { InMemory } from '../../src/scheduler/queue-order.ts';

/** A plan of a made-up model with so many small calls: all that the control plane needs to know. */
export function samplePlan(options: { model?: string; calls?: number; steps?: number } = {}): RenderPlan {
  const { model = 'demo', calls = 1, steps = 4 } = options;
  return {
    pipeline: {
      model,
      class: 'SamplePipeline',
      module: null,
      repository: `sample/${model}`,
      revision: 'main',
      variant: null,
      components: {},
      scheduler: null,
    },
    adapters: [],
    calls: Array.from({ length: calls }, (_, index) => sampleCall(index, steps)),
  };
}

function sampleCall(index: number, steps: number): Call {
  return {
    index,
    arguments: { prompt: `picture ${index}` },
    images: {},
    seed: 42 + index,
    steps,
    sigmas: null,
    width: 64,
    height: 64,
    output: 'image',
    prompt: `picture ${index}`,
    negative_prompt: null,
    guidance_scale: 3.5,
    num_frames: 1,
    fps: null,
  };
}

export function sampleJob(
  id: string,
  options: { model?: string; calls?: number; steps?: number } & Partial<StoredRender> &
    Partial<Pick<NewJob, 'priority' | 'warnings' | 'keyId' | 'webhook' | 'idempotency'>> = {},
): NewJob<StoredRender> {
  const { model, calls, steps, plan: given, loras = [], output, previewEvery = 0, ...terms } = options;
  const size = {
    ...(model === undefined ? {} : { model }),
    ...(calls === undefined ? {} : { calls }),
    ...(steps === undefined ? {} : { steps }),
  };
  const plan = given ?? samplePlan(size);
  const task = { plan, output: output ?? { format: 'png', quality: 95 }, previewEvery, loras } as const;
  return {
    id,
    kind: 'render',
    dialect: 'native',
    project: 'proj_local',
    model: plan.pipeline.model,
    task,
    request: null,
    queue: pipelineKey(plan.pipeline),
    units: plan.calls.length,
    needs: neededFiles(task),
    inputs: inputFiles(task),
    priority: 0,
    warnings: [],
    keyId: null,
    webhook: null,
    idempotency: null,
    ...terms,
  };
}

export function sampleOutput(job: string, index: number): JobOutput {
  return {
    index,
    kind: 'image',
    format: 'png',
    width: 64,
    height: 64,
    frames: 1,
    fps: null,
    seed: 42 + index,
    key: `jobs/${job}/${job}_output_${index}.png`,
    bytes: 10,
    sha256: 'a'.repeat(64),
    seconds: 0.5,
  };
}

/** What a runner tells of a render that is done. */
export const sampleResult: RenderResult = {
  timings: { load_pipeline: 1, adapters: 0, render: 2 },
  versions: { torch: '2' },
};

/** No device has anything loaded. */
export const nothingInMemory: InMemory = { here: [], idleNeighbors: [], busyNeighbors: [] };

/** The next render, as a worker with these pipelines in memory takes it, or null. */
export async function claimNext(
  { work }: Pick<Jobs, 'work'>,
  resident: readonly string[] = [],
): Promise<Job<StoredRender> | null> {
  const { jobs } = await work.claim({
    kinds: ['render'],
    inMemory: { ...nothingInMemory, here: resident },
    most: 1,
  });
  const [job] = jobs;
  return job === undefined ? null : renderOf(job);
}

/** The job with its task read as that of a render. */
export function renderOf(job: Job): Job<StoredRender> {
  return { ...job, task: storedRenderSchema.parse(job.task) };
}
