/**
 * A training that has ended goes on: a new training of the same model, on the same set, from the state that the old one has left. Its
 * epochs are another version, since versions never change.
 */
import { DarkroomError } from '../errors/darkroom-error.ts';
import { isTerminal, type Job, type NewJob } from '../jobs/job.ts';
import type { Asker } from '../registry/asker.ts';
import { conflict } from '../registry/registry-errors.ts';
import { everySo } from './settle-training.ts';
import { registerTraining, type StartParts } from './start-training.ts';
import { newTrainingJob, type StoredTraining } from './stored-training.ts';
import { trainingLimits } from './training-request.ts';
import { modelIsTraining, type Training } from './training-store.ts';

export interface ExtensionOrder {
  asker: Asker;
  /** Updates on top of those that were done. */
  steps: number;
  dialect: string;
  /** What the client sent. */
  sent: unknown;
}

export interface ExtendParts extends Pick<StartParts, 'registry' | 'store' | 'jobs' | 'newId'> {
  keepStateDays: number;
  clock: () => Date;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Those whose rate at a step does not depend on how many there are. */
const endless: readonly string[] = ['constant', 'constant_with_warmup'];

/** Throws REGISTRY_CONFLICT, REGISTRY_GONE when its state has been removed, and INVALID_REQUEST for too many steps. */
export async function extendTraining(
  { row, job }: Training,
  order: ExtensionOrder,
  parts: ExtendParts,
): Promise<Training> {
  const { store, jobs, registry } = parts;
  assertExtensible(job, row.step, order, parts);
  if ((await store.open(row.model)) !== null) throw modelIsTraining(row.model);
  const version = row.version === null ? null : await registry.versions.find(row.version);
  const kept = Math.max(0, ...(version?.epochs ?? []).map(({ step }) => step));
  const accepted = await jobs.accept(newJob(parts.newId(), job, { from: row.step, kept, order }));
  const extended = await registerTraining(accepted.job, parts);
  if (accepted.job.state === 'queued') await store.change(accepted.job.id, { step: row.step });
  return { ...extended, row: { ...extended.row, step: row.step } };
}

function assertExtensible(
  { state, task, finishedAt, id }: Job<StoredTraining>,
  done: number,
  { steps }: ExtensionOrder,
  { keepStateDays, clock }: ExtendParts,
): void {
  if (!isTerminal(state))
    throw conflict(`The training ${id} is ${state} and has not ended. It can be extended when it has.`);
  const { lr_scheduler: scheduler } = task.plan.settings;
  if (!endless.includes(scheduler))
    throw conflict(
      `The rates of the scheduler ${scheduler} come to their end with the training ${id}, so it cannot be extended. Train the model again for more steps.`,
    );
  const most = trainingLimits.steps[1];
  if (done + steps > most)
    throw new DarkroomError(
      'INVALID_REQUEST',
      `The training has done ${done} steps, and a training takes up to ${most} in all. Extend it by ${Math.max(0, most - done)} at most.`,
    );
  if (finishedAt !== null && clock().getTime() - finishedAt.getTime() > keepStateDays * dayMs)
    throw new DarkroomError(
      'REGISTRY_GONE',
      `What the training ${id} would go on from was kept for ${keepStateDays} days (KEEP_STATE_DAYS) and is gone. Train the model again.`,
    );
}

/** The steps of a list that lie behind those that were done: as far apart as before, and the last. */
function later([every = 1]: readonly number[], kept: number, steps: number): number[] {
  return everySo(every, steps).filter((step) => step > kept);
}

function newJob(
  id: string,
  { task, id: continues, ...job }: Job<StoredTraining>,
  { from, kept, order }: { from: number; kept: number; order: ExtensionOrder },
): NewJob<StoredTraining> {
  const { plan, request } = task;
  const steps = from + order.steps;
  const settings = {
    ...plan.settings,
    steps,
    save_steps: later(plan.settings.save_steps, kept, steps),
    sample_steps: later(plan.settings.sample_steps, kept, steps),
  };
  return newTrainingJob(
    { ...task, plan: { ...plan, settings }, request: { ...request, steps }, continues },
    {
      id,
      dialect: order.dialect,
      project: job.project,
      request: order.sent,
      priority: job.priority,
      warnings: [],
      keyId: order.asker.keyId,
      webhook: null,
      idempotency: null,
    },
  );
}
