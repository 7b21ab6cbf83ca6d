/** The rows of trainings. What is written here beside a job is what SQL and lists need to know of it. */
import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Database, Queries } from '../database/database.ts';
import { models } from '../database/model-schema.ts';
import { jobs } from '../database/schema.ts';
import { trainingItems, trainingPoints, trainings } from '../database/training-schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Job } from '../jobs/job.ts';
import type { StoredTraining } from './stored-training.ts';

export type TrainingRow = typeof trainings.$inferSelect;

export interface Training {
  row: TrainingRow;
  job: Job<StoredTraining>;
}

export interface TrainingPoint {
  step: number;
  loss: number;
  learningRate: number;
}

export interface TrainingStore {
  /**
   * The rows of a training whose job has been accepted, in one transaction with the status of its model; what is there already
   * stays. Throws REGISTRY_CONFLICT when the model has another open training.
   */
  register(job: Pick<Job<StoredTraining>, 'id' | 'task' | 'dialect' | 'request'>): Promise<void>;
  get(job: string): Promise<TrainingRow | null>;
  /** Newest first; null for `project` is all of them. */
  list(filter: TrainingFilter): Promise<TrainingRow[]>;
  /** The training of the model that has not ended, or null. */
  open(model: string): Promise<TrainingRow | null>;
  /** Seconds that a step of the newest training of a base took; null where none was measured. */
  newestPace(base: string): Promise<number | null>;
  change(job: string, change: Partial<Omit<TrainingRow, 'job' | 'model'>>, queries?: Queries): Promise<void>;
  addPoints(job: string, points: readonly TrainingPoint[]): Promise<void>;
  points(job: string): Promise<TrainingPoint[]>;
}

export interface TrainingFilter {
  project: string | null;
  model?: string;
  limit: number;
  /** Id of the last one of the page before. */
  after?: string;
}

export function createTrainingStore(database: Database): TrainingStore {
  const { queries } = database;
  return {
    register: (job) => database.transaction((transaction) => register(transaction, job)),
    get: async (job) => (await queries.select().from(trainings).where(eq(trainings.job, job)))[0] ?? null,
    list: ({ project, model, limit, after }) =>
      queries
        .select({ training: trainings })
        .from(trainings)
        .innerJoin(jobs, eq(jobs.id, trainings.job))
        .where(
          and(
            project === null ? undefined : eq(jobs.project, project),
            model === undefined ? undefined : eq(trainings.model, model),
            after === undefined ? undefined : lt(trainings.job, after),
          ),
        )
        .orderBy(desc(trainings.job))
        .limit(limit)
        .then((rows) => rows.map(({ training }) => training)),
    open: async (model) =>
      (
        await queries
          .select()
          .from(trainings)
          .where(and(eq(trainings.model, model), isNull(trainings.endedAt)))
      )[0] ?? null,
    newestPace: async (base) => {
      const [row] = await queries
        .select({ pace: trainings.secondsPerStep })
        .from(trainings)
        .innerJoin(jobs, eq(jobs.id, trainings.job))
        .where(and(eq(jobs.model, base), isNotNull(trainings.secondsPerStep)))
        .orderBy(desc(trainings.job))
        .limit(1);
      return row?.pace ?? null;
    },
    change: async (job, change, inside = queries) => {
      await inside.update(trainings).set(change).where(eq(trainings.job, job));
    },
    addPoints: async (job, points) => {
      if (points.length === 0) return;
      await queries
        .insert(trainingPoints)
        .values(points.map((point) => ({ training: job, ...point })))
        .onConflictDoNothing();
    },
    points: (job) =>
      queries
        .select({
          step: trainingPoints.step,
          loss: trainingPoints.loss,
          learningRate: trainingPoints.learningRate,
        })
        .from(trainingPoints)
        .where(eq(trainingPoints.training, job))
        .orderBy(asc(trainingPoints.step)),
  };
}

async function register(
  transaction: Queries,
  { id, task, dialect, request }: Pick<Job<StoredTraining>, 'id' | 'task' | 'dialect' | 'request'>,
): Promise<void> {
  const { engine, model, plan, sizes } = task;
  const inserted = await transaction
    .insert(trainings)
    .values({
      job: id,
      model,
      engine,
      dialect,
      sent: request,
      request: task.request,
      total: plan.settings.steps,
    })
    .onConflictDoNothing()
    .returning({ job: trainings.job });
  if (inserted.length === 0) {
    const [own] = await transaction
      .select({ job: trainings.job })
      .from(trainings)
      .where(eq(trainings.job, id));
    if (own === undefined) throw modelIsTraining(model);
    return;
  }
  await transaction.insert(trainingItems).values(
    plan.items.map(({ sha256, caption, controls, repeats }, position) => ({
      training: id,
      position,
      blob: sha256,
      caption,
      controls,
      repeats,
      ...(sizes[position] ?? { width: 1, height: 1 }),
    })),
  );
  await transaction
    .update(models)
    .set({ status: 'training', updatedAt: sql`now()` })
    .where(eq(models.id, model));
}

/** Also for what the asker may not see. */
export const trainingNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'TRAINING_NOT_FOUND',
    `There is no training "${id.slice(0, 64)}" that this key may see. Check the id; trainings that ended long ago are removed.`,
  );

/** REGISTRY_CONFLICT for a second training of one model. */
export const modelIsTraining = (model: string): DarkroomError =>
  new DarkroomError(
    'REGISTRY_CONFLICT',
    `The model ${model} is in training already. Wait for its end, cancel it, or train another model.`,
    { details: { model } },
  );
