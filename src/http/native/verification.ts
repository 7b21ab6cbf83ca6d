import type { Job } from '../../jobs/job.ts';
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import {
  type Pair,
  verificationResultSchema,
  verificationTaskSchema,
} from '../../verification/verification-task.ts';
import type { Links } from '../kit/links.ts';
import { inNative } from './names.ts';
import { figuresResponse } from './replay.ts';
import { progressResponse } from './response.ts';
import type { VerificationResponse } from './schemas/verification-schema.ts';
import { statusWord } from './status-word.ts';

/** `result`: of a job that has succeeded, as it is stored. */
export function verificationResponse(
  job: Job,
  { result: stored, progress }: { result: unknown; progress: JobStatus['progress'] },
  links: Links,
): VerificationResponse {
  const { source } = verificationTaskSchema.parse(job.task);
  const result = verificationResultSchema.safeParse(stored).data ?? null;
  const path = `/v1/verifications/${job.id}`;
  return {
    verification_id: job.id,
    status: statusWord(job.state),
    verdict: result?.verdict ?? null,
    name: result?.name ?? null,
    model: job.model,
    source: {
      folder: source.kind === 'folder' ? source.path : null,
      training: source.kind === 'training' ? source.id : null,
    },
    bar: result?.bar ?? null,
    pairs: (result?.pairs ?? []).map((pair, number) =>
      pairResponse(pair, links.to(`${path}/pairs/${number}`)),
    ),
    skipped: result?.skipped ?? [],
    causes: result?.causes ?? [],
    ruled_out: result?.ruledOut ?? [],
    notes: result?.notes ?? [],
    renders: result?.renders ?? null,
    device: result?.device ?? null,
    versions: result?.versions ?? {},
    loras: result?.loras ?? [],
    report_url: result === null ? null : links.to(`${path}/report`),
    progress: progress === null ? null : progressResponse(progress),
    status_url: links.to(path),
    events_url: links.to(`/v1/requests/${job.id}/events`),
    cancel_url: links.to(`/v1/requests/${job.id}/cancel`),
    created_at: job.createdAt.toISOString(),
    warnings: job.warnings.map(inNative),
    error: job.error === null ? null : inNative(job.error.message),
    error_code: job.error?.code ?? null,
  };
}

function pairResponse(pair: Pair, path: string): VerificationResponse['pairs'][number] {
  const { step, index, prompt, settings, file, grade, isPass, figures, problem, ours } = pair;
  return {
    ...{ step, index, prompt, settings, file, grade, problem },
    passed: isPass,
    figures: figuresResponse(figures),
    request_id: ours?.job ?? null,
    output_index: ours?.index ?? null,
    pictures:
      ours === null
        ? null
        : {
            theirs: `${path}/theirs`,
            ours: `${path}/ours`,
            difference: figures === null ? null : `${path}/difference`,
          },
  };
}
