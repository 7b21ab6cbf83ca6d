/**
 * A training that is asked for becomes a job:
 *
 *   take the set in ─▶ settle and plan ─▶ put the pictures ─▶ make the model ─▶ accept the job ─▶ register
 *
 * Nothing is stored before all checks have passed. The job holds all that its runner needs, which registers it where a stop came
 * between the last two.
 */
import { randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { Job, NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Webhook } from '../jobs/webhook.ts';
import type { Asker } from '../registry/asker.ts';
import type { SetPicture } from '../registry/intake/check-picture.ts';
import type { SetSource } from '../registry/intake/gather-set.ts';
import { type IntakeParts, type TakenSet, takeSet } from '../registry/intake/take-set.ts';
import type { ModelRecord } from '../registry/models/model-record.ts';
import type { Registry } from '../registry/open-registry.ts';
import { conflict } from '../registry/registry-errors.ts';
import type { PlanSettings } from '../render/build-plan.ts';
import { findModel } from '../render/check-request.ts';
import { redactDeep } from '../security/redact.ts';
import { buildTrainingPlan } from './build-training-plan.ts';
import type { CaptionPicture } from './captions/caption-endpoint.ts';
import { captionSet } from './captions/caption-set.ts';
import { type ChosenEngine, chooseEngine } from './choose-engine.ts';
import { type ModelSet, modelSet, noPictures } from './model-set.ts';
import { newTrainingJob, type StoredTraining, toTrainingJob } from './stored-training.ts';
import type { TrainingRequest } from './training-request.ts';
import type { TrainingItem } from './training-set.ts';
import { modelIsTraining, type Training, type TrainingStore, trainingNotFound } from './training-store.ts';

/** A training that was asked for. */
export interface TrainingOrder {
  asker: Asker;
  request: TrainingRequest;
  /**
   * What is trained: a LoRA of the registry, which gets another version, or a new one. `base` of a known one is for one that has no
   * base model yet.
   */
  target: { model: string; base?: string } | { base: string; name: string | null };
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

export interface StartParts {
  catalog: Catalog;
  settings: PlanSettings;
  registry: Registry;
  store: TrainingStore;
  jobs: Pick<Jobs, 'accept' | 'replay' | 'cancel'>;
  intake: Omit<IntakeParts, 'signal'>;
  /** Whether there is a checkout of ai-toolkit to train with. */
  hasToolkit: boolean;
  /** Null where CAPTION_URL is not set. */
  caption: CaptionPicture | null;
  /** Parent of the folders that sets are received in. */
  scratchFolder: string;
  rememberToken: (job: string, token: string) => Promise<void>;
  newId: () => string;
}

/** Returns the job, which has been registered. Throws what the checks of the order throw, and what accepting a job throws. */
export async function startTraining(order: TrainingOrder, parts: StartParts): Promise<Training> {
  const { asker, idempotency } = order;
  const replay = await parts.jobs.replay({ keyId: asker.keyId, idempotency });
  if (replay !== null) return registerTraining(replay.job, parts);
  const id = parts.newId();
  return withPrepared(id, order, parts, async (ready) => {
    const { known, entry, set, written, assets, ...prepared } = ready;
    await putPictures(set, parts.registry);
    await noteCaptions(assets, written, asker, parts.registry);
    const model = await modelOf(order, known, entry.id, parts);
    const job = newJob(id, order, model, prepared);
    if (order.hfToken !== null) await parts.rememberToken(id, order.hfToken);
    const accepted = await parts.jobs.accept(job);
    return registerTraining(accepted.job, parts);
  });
}

/** What a training would be, of which nothing is stored. */
export interface PlannedTraining extends Pick<StoredTraining, 'engine' | 'plan' | 'sizes'> {
  base: string;
  warnings: Sentence[];
  /** Of the newest training of the same base on this server; null where there was none. */
  secondsPerStep: number | null;
}

/** The same checks as those of a start, but nobody is asked for captions. Throws what the checks throw. */
export function planTraining(order: TrainingOrder, parts: StartParts): Promise<PlannedTraining> {
  const unasked = { ...parts, caption: parts.caption === null ? null : async () => '' };
  return withPrepared(parts.newId(), order, unasked, async ({ entry, engine, plan, sizes, warnings }) => ({
    ...{ engine, plan, sizes, warnings },
    base: entry.id,
    secondsPerStep: await parts.store.newestPace(entry.id),
  }));
}

interface Ready extends Prepared {
  known: ModelRecord | null;
  entry: ModelEntry;
  set: TakenSet;
  assets: Awaited<ReturnType<typeof sourcesOf>>['assets'];
  /** Captions that were asked for, by the names of their pictures. */
  written: Map<string, string>;
}

/** The set is received, checked and planned with, and removed when `use` is done with it. */
async function withPrepared<Result>(
  id: string,
  order: TrainingOrder,
  parts: StartParts,
  use: (ready: Ready) => Promise<Result>,
): Promise<Result> {
  const known = await knownModel(order, parts);
  const base = baseOf(order, known, parts);
  const folder = path.join(parts.scratchFolder, `set_${id}`);
  await mkdir(folder, { recursive: true });
  try {
    const sources = await sourcesOf(order, known, parts);
    const set = await takeSet(sources.files, folder, order, {
      ...parts.intake,
      signal: order.signal,
    });
    const captioned = await captionSet(set, order.request.captions, { ...parts, signal: order.signal });
    const prepared = prepare(order, { known, ...base }, captioned.set, parts);
    const { written } = captioned;
    return await use({ ...prepared, written, known, entry: base.entry, set, assets: sources.assets });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A conflict with another training that came at the same moment ends this one. */
export async function registerTraining(
  job: Job,
  { store, jobs }: Pick<StartParts, 'store' | 'jobs'>,
): Promise<Training> {
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
  { registry, store }: StartParts,
): Promise<ModelRecord | null> {
  if (!('model' in target)) return null;
  const model = await registry.models.get(asker, target.model);
  if (!asker.seesAll && model.project !== asker.project)
    throw new DarkroomError(
      'FORBIDDEN',
      'The model belongs to another project: copy it into yours, and train the copy.',
    );
  const hasNoBase = model.base === null && target.base === undefined;
  if (model.isBase || model.kind === 'composition' || hasNoBase)
    throw conflict(
      hasNoBase
        ? `The model ${model.id} has no base model yet. Choose one first.`
        : `The model ${model.id} is no LoRA that can be trained. Make a new one with it as the base.`,
    );
  if ((await store.open(model.id)) !== null) throw modelIsTraining(model.id);
  return model;
}

/** What was sent, or the training images that the model has. */
async function sourcesOf(
  { sources, signal }: TrainingOrder,
  known: ModelRecord | null,
  { registry }: StartParts,
): Promise<ModelSet> {
  if (sources.length > 0) return { files: sources, assets: new Map() };
  if (known !== null) return modelSet(known.id, registry, signal);
  throw noPictures();
}

interface Base {
  entry: ModelEntry;
  engine: ChosenEngine;
}

/** Throws MODEL_NOT_FOUND and TRAINING_UNSUPPORTED. */
function baseOf(
  { target, request }: TrainingOrder,
  known: ModelRecord | null,
  { catalog, hasToolkit }: StartParts,
): Base {
  const entry = findModel(catalog, known?.base ?? target.base ?? '');
  return { entry, engine: chooseEngine(entry, request, hasToolkit) };
}

type Prepared = Pick<StoredTraining, 'engine' | 'plan' | 'sizes'> & { warnings: Sentence[] };

function prepare(
  { target, request, warnings }: TrainingOrder,
  { known, entry, engine }: Base & { known: ModelRecord | null },
  set: TakenSet,
  { settings }: StartParts,
): Prepared {
  // An empty word is said, and means none.
  const trigger = (request.triggerWord ?? known?.trigger) || null;
  const items = set.items.map(toItem);
  const name = known?.slug ?? (('name' in target ? target.name : null) || trigger || entry.id);
  const built = buildTrainingPlan({
    entry,
    engine,
    items,
    settings,
    request: { ...request, triggerWord: trigger },
    name: name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80),
    drawSeed: () => randomInt(2 ** 32),
  });
  return {
    plan: built.plan,
    engine: engine.name,
    sizes: items.map(({ width, height }) => ({ width, height })),
    warnings: [...warnings, ...set.warnings, ...built.warnings].map((one) => redactDeep(one)),
  };
}

/** A picture of the registry has its automatic caption from then on. */
async function noteCaptions(
  assets: ModelSet['assets'],
  written: ReadonlyMap<string, string>,
  asker: Asker,
  { assets: registry }: Registry,
): Promise<void> {
  const captions = [...written].flatMap(([name, autoCaption]) => {
    const id = assets.get(name);
    return id === undefined ? [] : [{ id, autoCaption }];
  });
  const found = await registry.named(captions.map(({ id }) => id));
  for (const { id, autoCaption } of captions) {
    const isOwn = asker.seesAll || found.get(id)?.project === asker.project;
    if (isOwn) await registry.update(asker, id, { autoCaption });
  }
}

const toItem = ({ picture, caption, controls }: TakenSet['items'][number]): TrainingItem => ({
  label: picture.name,
  sha256: picture.sha256,
  width: picture.width,
  height: picture.height,
  caption,
  controls: controls.map(({ sha256, width, height }) => ({ sha256, width, height })),
});

async function putPictures({ items }: TakenSet, registry: Registry): Promise<void> {
  const all = items.flatMap(({ picture, controls }): SetPicture[] => [picture, ...controls]);
  const unique = new Map(all.map((picture) => [picture.sha256, picture]));
  for (const { path: file } of unique.values()) await registry.blobs.put({ path: file }, 'image/png');
}

/** The known one, which gets the base model of its first training where it has none yet, or a new one. */
async function modelOf(
  order: TrainingOrder,
  known: ModelRecord | null,
  base: string,
  parts: StartParts,
): Promise<ModelRecord> {
  if (known === null) return newModel(order, base, parts);
  return known.base === null ? parts.registry.models.update(order.asker, known.id, { base }) : known;
}

function newModel(
  { asker, target, request }: TrainingOrder,
  base: string,
  { registry }: StartParts,
): Promise<ModelRecord> {
  const name = ('name' in target ? target.name : null) || request.triggerWord || `${base} LoRA`;
  return registry.models.create(asker, {
    project: null,
    name,
    slug: null,
    kind: 'lora',
    base,
    trigger: request.triggerWord || null,
  });
}

function newJob(
  id: string,
  order: TrainingOrder,
  model: ModelRecord,
  { plan, sizes, engine, warnings }: Prepared,
): NewJob<StoredTraining> {
  const { asker, dialect, sent, priority, webhook, idempotency, request } = order;
  return newTrainingJob(
    { engine, model: model.id, request, plan, sizes },
    {
      id,
      dialect,
      project: model.project,
      request: sent,
      priority,
      warnings,
      keyId: asker.keyId,
      webhook,
      idempotency,
    },
  );
}
