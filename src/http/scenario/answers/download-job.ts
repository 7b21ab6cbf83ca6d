/**
 * A model as a file is made while it is read, so there is nothing to wait for and nothing to store: the job of a download has
 * ended when it is asked for, and all that is to know of it stands in its id.
 */
import type { Links } from '../../kit/links.ts';
import type { JobAnswer } from '../schema/job.ts';

export interface Download {
  model: string;
  /** Step or number of an epoch; null: the pinned one, else the last. */
  epoch: string | null;
  askedAt: Date;
}

const form = /^job_download-([0-9a-z]{26})-(\d{1,12}|current)-([0-9a-z]{1,9})$/;

export function toDownloadId({ model, epoch, askedAt }: Download): string {
  return `job_download-${model.replace(/^model_/, '')}-${epoch ?? 'current'}-${askedAt.getTime().toString(36)}`;
}

/** Null for what is the id of another job. */
export function readDownloadId(id: string): Download | null {
  const [, model, epoch, at] = form.exec(id) ?? [];
  if (model === undefined || at === undefined) return null;
  return {
    model: `model_${model}`,
    epoch: epoch === undefined || epoch === 'current' ? null : epoch,
    askedAt: new Date(Number.parseInt(at, 36)),
  };
}

export const downloadUrl = (id: string, links: Links): string =>
  links.toSigned(`/scenario/v1/downloads/${id}`);

/** `project` owns the model. */
export function downloadAnswer(
  id: string,
  { model, epoch, askedAt }: Download,
  project: string,
  links: Links,
): JobAnswer {
  const at = askedAt.toISOString();
  return {
    jobId: id,
    jobType: 'model-download',
    status: 'success',
    progress: 1,
    statusHistory: [
      { date: at, status: 'queued' },
      { date: at, status: 'success' },
    ],
    metadata: {
      assetIds: [],
      input: { modelId: model, ...(epoch === null ? {} : { modelEpoch: epoch }) },
      output: { downloadUrl: downloadUrl(id, links) },
    },
    billing: { cuCost: 0, cuDiscount: 0 },
    ownerId: project,
    createdAt: at,
    updatedAt: at,
  };
}
