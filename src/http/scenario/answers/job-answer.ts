import type { Job, JobState } from '../../../jobs/job.ts';
import { toJobId, toUserId } from '../ids.ts';
import { modelTypes, type TrainerProfile, typeOfModel } from '../model-types.ts';
import { inScenario, stateWords } from '../names.ts';
import type { JobTypeName } from '../schema/enums.ts';
import type { JobAnswer } from '../schema/job.ts';
import { readSentRender } from '../sent-render.ts';

/** What is told of a job beside its row. */
export interface JobTold {
  /** Of what it has made. */
  assetIds: readonly string[];
  /** 0 to 1. */
  progress: number;
  /** Results that are no assets. */
  output?: Record<string, unknown>;
  /** Where the kind of the job does not say it. */
  type?: JobTypeName;
}

type AnsweredJob = Pick<
  Job,
  | 'id'
  | 'kind'
  | 'model'
  | 'project'
  | 'keyId'
  | 'request'
  | 'state'
  | 'warnings'
  | 'error'
  | 'createdAt'
  | 'startedAt'
  | 'finishedAt'
>;

export function jobAnswer(job: AnsweredJob, told: JobTold): JobAnswer {
  const { assetIds, progress, output, type = typeOf(job) } = told;
  const hints = [...new Set(job.warnings.map(inScenario))];
  const input = inputOf(job.request);
  return {
    jobId: toJobId(job.id),
    jobType: type,
    status: stateWords[job.state],
    statusHistory: historyOf(job),
    progress: job.state === 'succeeded' ? 1 : progress,
    metadata: {
      assetIds: [...assetIds],
      ...(job.error === null ? {} : { error: inScenario(job.error.message) }),
      ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
      ...(input === null ? {} : { input }),
      ...(output === undefined ? {} : { output }),
    },
    billing: { cuCost: 0, cuDiscount: 0 },
    authorId: toUserId(job.keyId),
    ownerId: job.project,
    createdAt: job.createdAt.toISOString(),
    updatedAt: (job.finishedAt ?? job.startedAt ?? job.createdAt).toISOString(),
  };
}

/** The moments that are known of it. */
function historyOf({ state, createdAt, startedAt, finishedAt }: AnsweredJob): JobAnswer['statusHistory'] {
  const moments: [JobState, Date | null][] = [
    ['queued', createdAt],
    ['running', startedAt],
    ...(finishedAt === null ? [] : ([[state, finishedAt]] as [JobState, Date][])),
  ];
  return moments.flatMap(([at, date]) =>
    date === null ? [] : [{ date: date.toISOString(), status: stateWords[at] }],
  );
}

function typeOf({ kind, model, request }: AnsweredJob): JobTypeName {
  if (kind === 'import') return 'model-import';
  if (kind === 'train') return trainingTypes[modelTypes[typeOfModel(model, 'lora')].profile];
  return readSentRender(request)?.route === 'txt2img' ? 'inference' : 'custom';
}

const trainingTypes: Readonly<Record<TrainerProfile, JobTypeName>> = {
  flux: 'flux-model-training',
  musubi: 'musubi-model-training',
  sdxl: 'model-training',
  sd15: 'model-training',
};

/** What the client sent. What came by another API is in words that these clients do not know. */
function inputOf(request: unknown): Record<string, unknown> | null {
  const sent = readSentRender(request);
  return sent === null ? null : { ...sent.body, modelId: sent.modelId };
}
