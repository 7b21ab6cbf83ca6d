import type { Provenance } from '../../artifacts/provenance.ts';
import type { NewJob } from '../../jobs/job.ts';

/** How the only picture of a command-line job is made. */
export function callProvenance(job: NewJob, versions: Record<string, string>, at: Date): Provenance {
  const { pipeline, calls } = job.plan;
  const [call] = calls;
  if (call === undefined) throw new Error('A plan has at least one call.');
  return {
    model: pipeline.model,
    checkpoint: { repository: pipeline.repository, revision: pipeline.revision },
    loras: job.loras,
    prompt: call.prompt,
    negative_prompt: call.negative_prompt,
    seed: call.seed,
    steps: call.steps,
    guidance_scale: call.guidance_scale,
    width: call.width,
    height: call.height,
    versions,
    created_at: at.toISOString(),
  };
}
