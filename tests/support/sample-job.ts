import type { JobOutput, NewJob } from '../../src/jobs/job.ts';
import type { Call, RenderPlan } from '../../src/render/plan.ts';

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
      path: null,
      components: {},
      scheduler: null,
      dtype: 'auto',
      offload: 'none',
      quantization: null,
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
  options: { model?: string; calls?: number; steps?: number } & Partial<NewJob> = {},
): NewJob {
  const { model, calls, steps, ...given } = options;
  return {
    id,
    plan: samplePlan({
      ...(model === undefined ? {} : { model }),
      ...(calls === undefined ? {} : { calls }),
      ...(steps === undefined ? {} : { steps }),
    }),
    output: { format: 'png', quality: 95 },
    previewEvery: 0,
    priority: 0,
    loras: [],
    warnings: [],
    keyId: null,
    webhook: null,
    idempotency: null,
    ...given,
  };
}

export function sampleOutput(job: string, index: number): JobOutput {
  return {
    index,
    ...{ kind: 'image', format: 'png', width: 64, height: 64, frames: 1, fps: null },
    seed: 42 + index,
    key: `${job}/${job}_output_${index}.png`,
    ...{ bytes: 10, sha256: 'a'.repeat(64), seconds: 0.5 },
  };
}
