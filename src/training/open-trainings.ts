/**
 * Trainings, for whoever asks for one in whatever dialect:
 *
 *   take the set in ─▶ settle and plan ─▶ put the pictures ─▶ make the model ─▶ accept the job ─▶ register
 *
 * Nothing is stored before all checks have passed. The job holds all that its runner needs, which registers it where a stop came
 * between the last two.
 */
import { randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { isTerminal, type Job, type NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Webhook } from '../jobs/webhook.ts';
import type { Asker } from '../registry/asker.ts';
import type { SetPicture } from '../registry/intake/check-picture.ts';
import type { SetSource } from '../registry/intake/gather-set.ts';
import { refuseSet } from '../registry/intake/set-file.ts';
import { type IntakeParts, type TakenSet, takeSet } from '../registry/intake/take-set.ts';
import type { ModelRecord } from '../registry/models/model-record.ts';
import type { Registry } from '../registry/open-registry.ts';
import type { PlanSettings } from '../render/build-plan.ts';
import { findModel } from '../render/check-request.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import { redactDeep } from '../security/redact.ts';
import { buildTrainingPlan } from './build-training-plan.ts';
import { assertTrainable } from './settle-training.ts';
import { type StoredTraining, storedTrainingSchema, trainingFiles } from './stored-training.ts';
import type { TrainingRequest } from './training-request.ts';
import type { TrainingItem } from './training-set.ts';
import {
  modelIsTraining,
  type TrainingPoint,
  type TrainingRow,
  type TrainingStore,
} from './training-store.ts';

/** A training that was asked for. */
export interface TrainingOrder {
  asker: Asker;
  request: TrainingRequest;
  /** What is trained: a LoRA of the registry, which gets another version, or a new one. */
  target: { model: string } | { base: string; name: string | null };
  /** Empty: the training images of the model. */
  sources: readonly SetSource[];
  skipBad: boolean;
  priority: number;
  /** Used for this training only: see `request-tokens.ts`. */
  hfToken: string | null;
  dialect: string;
  /** What the client sent, without secrets and pictures. */
  sent: unknown;
  webhook: Webhook | null;
  idempotency: NewJob['idempotency'];
  warnings: readonly Sentence[];
  signal: AbortSignal;
}

export interface Training {
  row: TrainingRow;
  job: Job<StoredTraining>;
}

export interface TrainingPage {
  trainings: Training[];
  /** Id to go on after; null at the end. */
  next: string | null;
}

export interface Trainings {
  /** Throws what the checks of the order throw, and what accepting a job throws. */
  start(order: TrainingOrder): Promise<Training>;
  /** Each of these throws TRAINING_NOT_FOUND for one that the asker may not see. */
  get(asker: Asker, id: string): Promise<Training>;
  cancel(asker: Asker, id: string): Promise<Training>;
  /** Stop at the next step and let nobody go on with it. Throws REGISTRY_CONFLICT for one that has ended. */
  pause(asker: Asker, id: string): Promise<Training>;
  resume(asker: Asker, id: string): Promise<Training>;
  /** Make an epoch after the current step. Throws REGISTRY_CONFLICT for one that does not run. */
  save(asker: Asker, id: string): Promise<Training>;
  points(asker: Asker, id: string): Promise<TrainingPoint[]>;
  list(asker: Asker, filter: { model?: string; limit: number; after?: string }): Promise<TrainingPage>;
}

export interface TrainingsParts {
  catalog: Catalog;
  settings: PlanSettings;
  registry: Registry;
  store: TrainingStore;
  jobs: Pick<Jobs, 'accept' | 'replay' | 'get' | 'cancel' | 'hold' | 'unhold'>;
  intake: Omit<IntakeParts, 'signal'>;
  /** Parent of the folders that sets are received in. */
  scratchFolder: string;
  rememberToken: (job: string, token: string) => Promise<void>;
  newId: () => string;
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
    start: (order) => start(order, parts),
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

async function start(order: TrainingOrder, parts: TrainingsParts): Promise<Training> {
  const { asker, idempotency } = order;
  const replay = await parts.jobs.replay({ keyId: asker.keyId, idempotency });
  if (replay !== null) return registered(replay.job, parts);
  const known = await knownModel(order, parts);
  const entry = entryOf(order, known, parts);
  const id = parts.newId();
  const folder = path.join(parts.scratchFolder, `set_${id}`);
  await mkdir(folder, { recursive: true });
  try {
    const set = await takeSet(await sourcesOf(order, known, parts), folder, order, {
      ...parts.intake,
      signal: order.signal,
    });
    const prepared = prepare(order, { known, entry }, set, parts);
    await putPictures(set, parts.registry);
    const model = known ?? (await newModel(order, prepared.base, parts));
    const job = newJob(id, order, model, prepared);
    if (order.hfToken !== null) await parts.rememberToken(id, order.hfToken);
    const accepted = await parts.jobs.accept(job);
    return await registered(accepted.job, parts);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A conflict with another training that came at the same moment ends this one. */
async function registered(job: Job, { store, jobs }: TrainingsParts): Promise<Training> {
  const training = toTrainingJob(job);
  try {
    await store.register(training);
  } catch (error) {
    if (error instanceof DarkroomError) await jobs.cancel(job.id);
    throw error;
  }
  const row = await store.get(job.id);
  if (row === null) throw trainingNotFound(job.id);
  return { row, job: training };
}

/** The model that is to be trained again, or null for a new one. */
async function knownModel(
  { target, asker }: TrainingOrder,
  { registry, store }: TrainingsParts,
): Promise<ModelRecord | null> {
  if (!('model' in target)) return null;
  const model = await registry.models.get(asker, target.model);
  if (!asker.seesAll && model.project !== asker.project)
    throw new DarkroomError(
      'FORBIDDEN',
      'The model belongs to another project: copy it into yours, and train the copy.',
    );
  if (model.isBase || model.kind === 'composition' || model.base === null)
    throw conflict(
      model.base === null
        ? `The model ${model.id} has no base model yet. Choose one first.`
        : `The model ${model.id} is no LoRA that can be trained. Make a new one with it as the base.`,
    );
  if ((await store.open(model.id)) !== null) throw modelIsTraining(model.id);
  return model;
}

/** What was sent, or the training images that the model has: their files, with their captions beside them. */
async function sourcesOf(
  { sources, signal }: TrainingOrder,
  known: ModelRecord | null,
  { registry }: TrainingsParts,
): Promise<readonly SetSource[]> {
  if (sources.length > 0) return sources;
  const images = known === null ? [] : ((await registry.sets.images([known.id])).get(known.id) ?? []);
  const pairs = known === null ? [] : await registry.sets.pairs(known.id);
  if (images.length === 0)
    throw refuseSet('The training has no pictures. Send an archive, files or URLs of some.');
  const stems = new Map(images.map(({ asset }, index) => [asset.id, String(index + 1).padStart(4, '0')]));
  const found = await Promise.all(
    images.map(async ({ asset, caption }): Promise<SetSource[]> => {
      const file = await registry.blobs.locate(asset.blob, signal);
      if (file === null)
        throw refuseSet(
          `The file of the picture "${asset.name}" (${asset.id}) is gone. Take it out of the set.`,
        );
      const pair = pairs.find(({ source, target }) => source === asset.id || target === asset.id);
      if (pairs.length > 0 && pair === undefined) return [];
      const isSource = pair?.source === asset.id;
      const stem = stems.get(pair?.target ?? asset.id) ?? asset.id;
      const text = pair === undefined || isSource ? caption : pair.instruction || caption;
      return [
        { kind: 'file', name: isSource ? `control/${stem}` : stem, path: file },
        ...(isSource || text === '' ? [] : [captionSource(stem, text)]),
      ];
    }),
  );
  return found.flat();
}

const captionSource = (stem: string, text: string): SetSource => ({
  kind: 'data',
  text: Buffer.from(text).toString('base64'),
  name: `${stem}.txt`,
});

type Prepared = Pick<StoredTraining, 'plan' | 'sizes'> & {
  base: string;
  model: string;
  engine: StoredTraining['engine'];
  warnings: Sentence[];
};

/** The base model. Throws MODEL_NOT_FOUND and TRAINING_UNSUPPORTED. */
function entryOf(
  { target, request }: TrainingOrder,
  known: ModelRecord | null,
  { catalog }: TrainingsParts,
): ModelEntry {
  const entry = findModel(catalog, known?.base ?? ('base' in target ? target.base : ''));
  assertTrainable(entry, request);
  return entry;
}

function prepare(
  { target, request, warnings }: TrainingOrder,
  { known, entry }: { known: ModelRecord | null; entry: ModelEntry },
  set: TakenSet,
  { settings }: TrainingsParts,
): Prepared {
  const trigger = request.triggerWord ?? known?.trigger ?? null;
  const items = set.items.map(toItem);
  const name = known?.slug ?? (('name' in target ? target.name : null) || trigger || entry.id);
  const built = buildTrainingPlan({
    ...{ entry, items, settings, request: { ...request, triggerWord: trigger } },
    ...{ name: name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80), drawSeed: () => randomInt(2 ** 32) },
  });
  return {
    ...{ plan: built.plan, base: entry.id, model: entry.id, engine: 'builtin' },
    sizes: items.map(({ width, height }) => ({ width, height })),
    warnings: [...warnings, ...set.warnings, ...built.warnings].map((one) => redactDeep(one)),
  };
}

const toItem = ({ picture, caption, controls }: TakenSet['items'][number]): TrainingItem => ({
  ...{ label: picture.name, sha256: picture.sha256, width: picture.width, height: picture.height, caption },
  controls: controls.map(({ sha256, width, height }) => ({ sha256, width, height })),
});

async function putPictures({ items }: TakenSet, registry: Registry): Promise<void> {
  const all = items.flatMap(({ picture, controls }): SetPicture[] => [picture, ...controls]);
  const unique = new Map(all.map((picture) => [picture.sha256, picture]));
  for (const { path: file } of unique.values()) await registry.blobs.put({ path: file }, 'image/png');
}

function newModel(
  { asker, target, request }: TrainingOrder,
  base: string,
  { registry }: TrainingsParts,
): Promise<ModelRecord> {
  const name = ('name' in target ? target.name : null) ?? request.triggerWord ?? `${base} LoRA`;
  return registry.models.create(asker, {
    ...{ project: null, name, slug: null, kind: 'lora', base, trigger: request.triggerWord },
  });
}

function newJob(
  id: string,
  order: TrainingOrder,
  model: ModelRecord,
  { plan, sizes, engine, warnings }: Prepared,
): NewJob<StoredTraining> {
  const { asker, dialect, sent, priority, webhook, idempotency, request } = order;
  const task: StoredTraining = { engine, model: model.id, request, plan, sizes };
  return {
    ...{
      id,
      kind: 'train',
      dialect,
      project: model.project,
      model: plan.pipeline.model,
      task,
      request: sent,
    },
    ...{ queue: pipelineKey(plan.pipeline), units: 1, needs: trainingFiles(plan), inputs: [], priority },
    ...{ warnings, keyId: asker.keyId, webhook, idempotency },
  };
}

const maySee = (asker: Asker, job: Job): boolean => asker.seesAll || job.project === asker.project;

const toTrainingJob = (job: Job): Job<StoredTraining> => ({
  ...job,
  task: storedTrainingSchema.parse(job.task),
});

const trainingNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'TRAINING_NOT_FOUND',
    `There is no training "${id.slice(0, 64)}" that this key may see. Check the id; trainings that ended long ago are removed.`,
  );

const conflict = (message: string): DarkroomError => new DarkroomError('REGISTRY_CONFLICT', message);

function assertOpen({ job }: Training, what: string): void {
  if (isTerminal(job.state)) throw conflict(`The training has ${job.state} and cannot ${what} any more.`);
}
