import type { ErrorBody } from '../../errors/darkroom-error.ts';
import type { Job, JobOutput } from '../../jobs/job.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import { writtenNumber } from '../../render/exact-json.ts';
import { bareUrl } from '../../security/bare-url.ts';
import type { Links } from '../kit/links.ts';
import { detailsResponse } from './errors.ts';
import { inNative } from './names.ts';
import type {
  AcceptedResponse,
  ImageResponse,
  ListResponse,
  ProgressResponse,
  ResultResponse,
  StatusResponse,
  VideoResponse,
} from './schemas/response-schema.ts';
import { statusWord } from './status-word.ts';

/** What an answer needs besides the job. */
export interface AnswerContext {
  links: Links;
  /** Path of a file in the artifact store. */
  locate: (key: string) => string;
}

export function acceptedResponse(job: Job, position: number, links: Links): AcceptedResponse {
  return {
    request_id: job.id,
    status: 'queued',
    ...jobLinks(job, links),
    created_at: job.createdAt.toISOString(),
    events_url: links.to(`/v1/requests/${job.id}/events`),
    cancel_url: links.to(`/v1/requests/${job.id}/cancel`),
    position,
    warnings: job.warnings.map(inNative),
  };
}

export function statusResponse(status: JobStatus): StatusResponse {
  return {
    ...statusFields(status),
    progress: status.progress === null ? null : progressResponse(status.progress),
    warnings: status.warnings.map(inNative),
  };
}

export function progressResponse(progress: JobProgress & { position?: number }): ProgressResponse {
  return {
    phase: progress.phase,
    prompt: progress.call,
    prompts: progress.calls,
    step: progress.step,
    total: progress.total,
    fraction: progress.fraction,
    position: progress.position ?? null,
    eta_seconds: progress.etaSeconds,
    ...(progress.loss === undefined ? {} : { loss: progress.loss }),
  };
}

export function resultResponse(job: Job, context: AnswerContext): ResultResponse {
  const outputs = [...job.outputs].sort((a, b) => a.index - b.index);
  return {
    ...statusFields(job),
    outputs: {
      images: outputs.flatMap((output) => imageResponse(job.id, output, context) ?? []),
      videos: outputs.flatMap((output) => videoResponse(job.id, output, context) ?? []),
    },
    metadata: metadataResponse(job, outputs),
    warnings: job.warnings.map(inNative),
  };
}

export function listResponse(jobs: readonly Job[], nextCursor: string | null, links: Links): ListResponse {
  return {
    requests: jobs.map((job) => ({
      ...statusFields(job),
      prompts: job.units,
      outputs: job.outputs.length,
      ...jobLinks(job, links),
    })),
    next_cursor: nextCursor,
  };
}

/** Null when the output is a video. */
export function imageResponse(job: string, output: JobOutput, context: AnswerContext): ImageResponse | null {
  if (output.format === 'mp4') return null;
  return { format: output.format, ...outputFields(job, output, context) };
}

/** Null when the output is an image. */
export function videoResponse(job: string, output: JobOutput, context: AnswerContext): VideoResponse | null {
  if (output.format !== 'mp4') return null;
  return {
    format: output.format,
    ...outputFields(job, output, context),
    num_frames: output.frames,
    fps: output.fps ?? 0,
  };
}

function outputFields(job: string, output: JobOutput, { links, locate }: AnswerContext) {
  return {
    index: output.index,
    width: output.width,
    height: output.height,
    seed: writtenNumber(output.seed),
    network_multipliers: output.scales ?? null,
    file_path: locate(output.key),
    url: links.toSigned(`/v1/requests/${job}/outputs/${output.index}`),
    bytes: output.bytes,
    sha256: output.sha256,
  };
}

export function statusFields(job: Omit<JobStatus, 'progress'>) {
  return {
    request_id: job.id,
    model: job.model,
    status: statusWord(job.state),
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    ...failureResponse(job.error),
  };
}

/** Why a job failed; all null for one that did not. */
export function failureResponse(error: ErrorBody | null) {
  return {
    error: error === null ? null : inNative(error.message),
    error_code: error?.code ?? null,
    error_details: error?.details === undefined ? null : detailsResponse(error),
  };
}

function jobLinks(job: Job, links: Links) {
  return {
    status_url: links.to(`/v1/requests/${job.id}/status`),
    result_url: links.to(`/v1/requests/${job.id}/result`),
  };
}

function metadataResponse(job: Job, outputs: readonly JobOutput[]): ResultResponse['metadata'] {
  return {
    model: job.model,
    base_model: job.checkpoint.repository,
    revision: job.checkpoint.revision,
    inference_time: roundedSeconds(job.timings?.render),
    timings: {
      load_pipeline: roundedSeconds(job.timings?.load_pipeline),
      apply_loras: roundedSeconds(job.timings?.adapters),
      prompts: outputs.map(({ index, seconds }) => ({ index, seconds: roundedSeconds(seconds) ?? 0 })),
    },
    versions: job.versions,
    loras: job.loras.map(({ path, sha256, scale }) => ({
      path: bareUrl(path),
      sha256,
      network_multiplier: scale,
    })),
  };
}

/** Seconds as far as they mean something. */
const roundedSeconds = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.round(seconds * 1000) / 1000;
