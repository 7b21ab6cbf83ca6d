/** Trainings, for whoever asks for one in whatever dialect: started, read, and told what to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Asker } from '../registry/asker.ts';
import { conflict } from '../registry/registry-errors.ts';
import { findModel } from '../render/check-request.ts';
import { chooseEngine } from './choose-engine.ts';
import { type ExtendParts, type ExtensionOrder, extendTraining } from './extend-training.ts';
import {
  type PlannedTraining,
  planTraining,
  type StartParts,
  startTraining,
  type TrainingOrder,
} from './start-training.ts';
import { toTrainingJob } from './stored-training.ts';
import type { TrainingRequest } from './training-request.ts';
import { type Training, type TrainingPoint, trainingNotFound } from './training-store.ts';

export interface TrainingPage {
  trainings: Training[];
  /** Id to go on after; null at the end. */
  next: string | null;
}

export interface Trainings {
  /** Whether pictures without captions can have one from an endpoint. */
  writesCaptions: boolean;
  /** Throws what the checks of the order throw, and what accepting a job throws. */
  start(order: TrainingOrder): Promise<Training>;
  /** What the order would become, without storing anything. Throws as starting it would. */
  plan(order: TrainingOrder): Promise<PlannedTraining>;
  /** Throws MODEL_NOT_FOUND and TRAINING_UNSUPPORTED, as starting it would. */
  assertTrainable(training: { base: string; request: Pick<TrainingRequest, 'engine'> }): void;
  /** Each of these throws TRAINING_NOT_FOUND for one that the asker may not see. */
  get(asker: Asker, id: string): Promise<Training>;
  cancel(asker: Asker, id: string): Promise<Training>;
  /** Stop at the next step and let nobody go on with it. Throws REGISTRY_CONFLICT for one that has ended. */
  pause(asker: Asker, id: string): Promise<Training>;
  resume(asker: Asker, id: string): Promise<Training>;
  /** Make an epoch after the current step. Throws REGISTRY_CONFLICT for one that does not run. */
  save(asker: Asker, id: string): Promise<Training>;
  /** See `extend-training.ts`. */
  extend(id: string, order: ExtensionOrder): Promise<Training>;
  points(asker: Asker, id: string): Promise<TrainingPoint[]>;
  list(asker: Asker, filter: { model?: string; limit: number; after?: string }): Promise<TrainingPage>;
}

export interface TrainingsParts extends StartParts, ExtendParts {
  jobs: Pick<Jobs, 'accept' | 'replay' | 'get' | 'cancel' | 'hold' | 'unhold'>;
  clock: () => Date;
}

/** Ids are ours, so what cannot be one is not looked up: the database would choke on some of it. */
const possibleId = /^[\w-]{1,64}$/;

/** Times that a job which is just being held is looked at again, and how long after. */
const lookAgain = { times: 10, ms: 300 };

export function openTrainings(parts: TrainingsParts): Trainings {
  const { store, jobs, clock } = parts;

  async function get(asker: Asker, id: string): Promise<Training> {
    const row = possibleId.test(id) ? await store.get(id) : null;
    const job = row === null ? null : await jobs.get(id);
    if (row === null || job === null || !maySee(asker, job)) throw trainingNotFound(id);
    return { row, job: toTrainingJob(job) };
  }

  return {
    writesCaptions: parts.caption !== null,
    start: (order) => startTraining(order, parts),
    plan: (order) => planTraining(order, parts),
    assertTrainable: ({ base, request }) => {
      chooseEngine(findModel(parts.catalog, base), request, parts.hasToolkit);
    },
    get,
    cancel: async (asker, id) => {
      await get(asker, id);
      await jobs.cancel(id);
      return get(asker, id);
    },
    pause: async (asker, id) => {
      assertOpen(await get(asker, id), 'be paused');
      await store.change(id, { held: true });
      await jobs.hold(id);
      return get(asker, id);
    },
    resume: async (asker, id) => {
      assertOpen(await get(asker, id), 'be resumed');
      await store.change(id, { held: false });
      await unhold(id, jobs);
      return get(asker, id);
    },
    save: async (asker, id) => {
      const training = await get(asker, id);
      assertOpen(training, 'save an epoch');
      if (training.job.state !== 'running')
        throw conflict(
          `The training is ${training.job.state} and has nothing to save. Ask again while it runs.`,
        );
      await store.change(id, { saveAskedAt: clock() });
      return get(asker, id);
    },
    extend: async (id, order) => extendTraining(await get(order.asker, id), order, parts),
    points: async (asker, id) => {
      await get(asker, id);
      return store.points(id);
    },
    list: (asker, filter) => list(asker, filter, parts),
  };
}

async function list(
  asker: Asker,
  { limit, ...filter }: { model?: string; limit: number; after?: string },
  { store, jobs }: TrainingsParts,
): Promise<TrainingPage> {
  const project = asker.seesAll ? null : asker.project;
  const rows = await store.list({ ...filter, project, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const found = await Promise.all(
    shown.map(async (row) => {
      const job = await jobs.get(row.job);
      return job === null ? [] : [{ row, job: toTrainingJob(job) }];
    }),
  );
  return { trainings: found.flat(), next: rows.length > limit ? (shown.at(-1)?.job ?? null) : null };
}

/** A job that runs may be on its way to being held: its runner looks again before it gives it back, and so does this. */
async function unhold(id: string, jobs: TrainingsParts['jobs']): Promise<void> {
  for (let time = 0; time < lookAgain.times; time++) {
    if (await jobs.unhold(id)) return;
    const job = await jobs.get(id);
    if (job?.state !== 'running' && job?.state !== 'held') return;
    await sleep(lookAgain.ms);
  }
}

const maySee = (asker: Asker, job: Job): boolean => asker.seesAll || job.project === asker.project;

function assertOpen({ job }: Training, what: string): void {
  const was = job.state === 'canceled' ? 'was' : 'has';
  if (isTerminal(job.state)) throw conflict(`The training ${was} ${job.state} and cannot ${what} any more.`);
}
