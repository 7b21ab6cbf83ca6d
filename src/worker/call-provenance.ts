import type { Provenance } from '../files/encode/provenance.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Call } from '../render/plan.ts';

/**
 * How the picture of one call is made, to be embedded in its file. It holds nothing of when or for whom, so that equal
 * requests give equal bytes.
 */
export function callProvenance(
  job: Pick<NewJob, 'plan' | 'loras'>,
  call: Call,
  versions: Record<string, string>,
): Provenance {
  const { model, repository, revision } = job.plan.pipeline;
  const { prompt, negative_prompt, seed, steps, guidance_scale, width, height } = call;
  return {
    model,
    checkpoint: { repository, revision },
    // Where there is a picture, all of them have been read.
    loras: job.loras.map(({ path, sha256, scale }, index) => ({
      ...{ path, sha256: sha256 ?? '', scale: call.scales?.[index] ?? scale },
    })),
    ...{ prompt, negative_prompt },
    seed: typeof seed === 'number' ? seed : BigInt(seed),
    ...{ steps, guidance_scale, width, height },
    ...(call.tiling === undefined ? {} : { tiled_decoding: true }),
    versions,
  };
}
