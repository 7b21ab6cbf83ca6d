/** A training as it is stored with its job: what is to be done, and what is told of it when it is done. */
import { z } from 'zod';
import type { Job, NewJob } from '../jobs/job.ts';
import type { JobFacts } from '../jobs/job-kind.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import { trainingPlanSchema } from './training-plan.ts';
import { trainingEngines, trainingRequestSchema } from './training-request.ts';

export const storedTrainingSchema = z.strictObject({
  engine: z.enum(trainingEngines),
  /** Id of the model in the registry. */
  model: z.string(),
  request: trainingRequestSchema,
  plan: trainingPlanSchema,
  /** The training that it goes on from. Absent: it begins with nothing. */
  continues: z.string().exactOptional(),
  /** Sizes of the pictures, in the order of the plan's items. */
  sizes: z.array(z.strictObject({ width: z.int(), height: z.int() })),
});
export type StoredTraining = z.infer<typeof storedTrainingSchema>;

export const toTrainingJob = (job: Job): Job<StoredTraining> => ({
  ...job,
  task: storedTrainingSchema.parse(job.task),
});

export const trainingResultSchema = z.strictObject({
  version: z.string(),
  epochs: z.int(),
  loss: z.number().nullable(),
  /** Name to version of what decides the weights. */
  versions: z.record(z.string(), z.string()),
});
export type TrainingResult = z.infer<typeof trainingResultSchema>;

/** Hashes of the pictures that it needs. */
export const trainingFiles = ({ items }: Pick<StoredTraining['plan'], 'items'>): string[] => [
  ...new Set(items.flatMap(({ sha256, controls }) => [sha256, ...controls])),
];

/** A job of this training: what is not asked for follows from its plan. */
export const newTrainingJob = (
  task: StoredTraining,
  asked: Omit<NewJob<StoredTraining>, 'kind' | 'model' | 'task' | 'queue' | 'units' | 'needs' | 'inputs'>,
): NewJob<StoredTraining> => ({
  ...asked,
  kind: 'train',
  model: task.plan.pipeline.model,
  task,
  queue: pipelineKey(task.plan.pipeline),
  units: 1,
  needs: trainingFiles(task.plan),
  inputs: [],
});

/** What clients are told of a training as of any job. `result` is null while it has not succeeded. */
export function trainingFacts({ model, plan }: StoredTraining, result: TrainingResult | null): JobFacts {
  const { repository, revision } = plan.pipeline;
  return {
    checkpoint: { repository, revision },
    loras: [],
    timings: null,
    versions: result?.versions ?? {},
    ...(result === null ? {} : { made: { model, version: result.version } }),
  };
}
