import { z } from 'zod';
import type { Job, JobState } from '../../../jobs/job.ts';
import { importTaskSchema } from '../../../registry/import/import-task.ts';
import type { UploadRecord } from '../../../registry/uploads/upload-record.ts';
import type { Links } from '../../kit/links.ts';
import { toJobId, toUserId } from '../ids.ts';
import { inScenario } from '../names.ts';
import { type UploadAnswer, uploadKinds } from '../schema/upload.ts';

/** A file that is sent in parts. `job` imports it, once it is complete and where it is a model. */
export function uploadAnswer(
  upload: UploadRecord,
  partsCount: number,
  job: Job | null,
  links: Links,
): UploadAnswer {
  const { id, name, bytes, project, author, createdAt, expiresAt, state, entity } = upload;
  const parts = Array.from({ length: partsCount }, (_, index) => ({
    number: index + 1,
    expires: expiresAt.toISOString(),
    url: links.toSigned(`/scenario/v1/uploads/${id}/parts/${index + 1}`),
  }));
  return {
    id,
    fileName: name,
    ownerId: project,
    authorId: toUserId(author),
    source: 'multipart',
    kind: z.enum(uploadKinds).catch('asset').parse(upload.kind),
    ...(bytes === null ? {} : { fileSize: bytes }),
    ...(state === 'open' ? { parts, partsCount } : {}),
    ...(entity === null ? {} : { entityId: entity }),
    status: state === 'open' ? 'pending' : entity === null ? 'complete' : 'imported',
    ...(job === null ? {} : importFields(job)),
    createdAt: createdAt.toISOString(),
    updatedAt: createdAt.toISOString(),
  };
}

/** A model that is fetched from elsewhere: there is only the job that imports it, and it has the upload's id. */
export function importAnswer(job: Job): UploadAnswer {
  const { source, name } = importTaskSchema.parse(job.task);
  const from = source.kind === 'upload' ? source.name : source.path;
  return {
    id: toUploadId(job.id),
    fileName: name ?? from,
    kind: 'model',
    source: sourceOf(from),
    ownerId: job.project,
    authorId: toUserId(job.keyId),
    ...importFields(job),
    createdAt: job.createdAt.toISOString(),
    updatedAt: (job.finishedAt ?? job.startedAt ?? job.createdAt).toISOString(),
  };
}

export const toUploadId = (job: string): string => `upload_${job.toLowerCase()}`;
export const jobOfUpload = (id: string): string => id.replace(/^upload_/, '').toUpperCase();

function importFields(job: Job): Pick<UploadAnswer, 'status' | 'jobId' | 'entityId' | 'errorMessage'> {
  const { model } = importTaskSchema.parse(job.task);
  return {
    status: statuses[job.state],
    jobId: toJobId(job.id),
    ...(job.state === 'succeeded' ? { entityId: model } : {}),
    ...(job.error === null ? {} : { errorMessage: inScenario(job.error.message) }),
  };
}

const statuses: Readonly<Record<JobState, UploadAnswer['status']>> = {
  queued: 'validating',
  held: 'validating',
  running: 'validating',
  succeeded: 'imported',
  failed: 'failed',
  canceled: 'failed',
};

function sourceOf(from: string): UploadAnswer['source'] {
  if (from.startsWith('hf:')) return 'huggingface';
  return /^https?:\/\/(?:[\w-]+\.)*civitai\.com\//i.test(from) ? 'civitai' : 'url';
}
