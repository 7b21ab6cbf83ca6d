/**
 * LoRAs of the registry, by what a request calls them:
 *
 *   model_…            the pinned epoch of the model, else the last one of its current version
 *   model_…@250        the epoch of step 250, or where none has that step the 250th
 *   owner/name         the same of a name; one that no model has may be a path of the LoRA folder
 *   owner/name:…       a version, by its id, the beginning of that (8 characters or more), or its number
 *
 * A model with two experts stands for both files where the request does not say which, and a composition for all its LoRAs.
 */
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { LoraRequest } from '../render/request.ts';
import type { Asker } from './asker.ts';
import { createBlobs } from './blobs.ts';
import type { Concept, ModelRecord } from './models/model-record.ts';
import { findModelByName, getModel } from './models/read-models.ts';
import type { RegistryContext } from './registry-context.ts';
import {
  chooseEpoch,
  currentEpoch,
  type EpochRecord,
  findVersion,
  type VersionRecord,
  versionsOf,
} from './versions/read-versions.ts';

/** What each LoRA of a request stands for: itself, unless it is one of the registry. */
export type LookUpLoras = (asker: Asker, loras: readonly LoraRequest[]) => Promise<LoraRequest[][]>;

interface RegistryPath {
  /** `model_…`, or null. */
  id: string | null;
  /** `owner/name`, or null. */
  name: string | null;
  version: string | null;
  epoch: string | null;
}

const byId = /^(model_[a-z0-9_.-]+)(?::([0-9a-f]{1,64}))?(?:@(\d{1,12}))?$/;
const byName = /^([a-z0-9._-]+\/[a-z0-9._-]+)(?::([0-9a-f]{1,64}))?(?:@(\d{1,12}))?$/;

/** Null for what cannot be a LoRA of the registry. */
export function parseRegistryPath(path: string): RegistryPath | null {
  if (path.endsWith('.safetensors')) return null;
  const [, id, idVersion, idEpoch] = byId.exec(path) ?? [];
  if (id !== undefined) return { id, name: null, version: idVersion ?? null, epoch: idEpoch ?? null };
  const [, name, version, epoch] = byName.exec(path) ?? [];
  return name === undefined ? null : { id: null, name, version: version ?? null, epoch: epoch ?? null };
}

/** Asks the database only where a path may be one of the registry. The result throws LORA_NOT_FOUND. */
export function createLoraLookup(context: RegistryContext): LookUpLoras {
  return (asker, loras) => Promise.all(loras.map((lora) => lookUp(context, asker, lora)));
}

async function lookUp(context: RegistryContext, asker: Asker, lora: LoraRequest): Promise<LoraRequest[]> {
  const path = parseRegistryPath(lora.path);
  const model = path === null ? null : await findModel(context, asker, path);
  if (path === null || model === null) return [lora];
  if (model.isBase)
    throw notFound(
      lora.path,
      `"${model.fullName}" is a base model and no LoRA. Choose it as the model to render with, and name a LoRA here`,
    );
  if (model.kind === 'lora')
    return filesOf(context, lora, { epoch: await findEpoch(context, model, path), share: 1 });
  const parts = await Promise.all(
    model.concepts.map(async (concept) => {
      const epoch = await conceptEpoch(context, concept);
      return filesOf(context, lora, { epoch, share: concept.scale });
    }),
  );
  return parts.flat();
}

/** Null for a name that no model has: it may be a file. */
async function findModel(
  context: RegistryContext,
  asker: Asker,
  { id, name }: RegistryPath,
): Promise<ModelRecord | null> {
  try {
    if (id !== null) return await getModel(context, asker, id);
    return name === null ? null : await findModelByName(context, asker, name);
  } catch (error) {
    if (!(error instanceof DarkroomError) || error.code !== 'TRAINED_MODEL_NOT_FOUND') throw error;
    if (id === null) return null;
    throw notFound(id, `there is no model "${id.slice(0, 64)}" that this key may see`);
  }
}

async function findEpoch(
  context: RegistryContext,
  model: ModelRecord,
  { version: asked, epoch }: RegistryPath,
): Promise<EpochRecord> {
  const version = await findModelVersion(context, model, asked);
  if (version === null)
    throw notFound(
      model.id,
      asked === null
        ? `"${model.fullName}" is ${model.status} and has no version to render with yet. Wait until it is trained`
        : `"${model.fullName}" has no version "${asked.slice(0, 64)}". Read the model for those that it has`,
    );
  const pinned = version.id === model.currentVersion ? model.pinnedEpoch : null;
  const found = epoch === null ? currentEpoch(version, pinned) : chooseEpoch(version.epochs, epoch);
  if (found !== null) return found;
  const steps = version.epochs.map(({ step }) => step);
  throw notFound(
    model.id,
    epoch === null
      ? `"${model.fullName}" has no epoch yet. Wait for the first one`
      : `"${model.fullName}" has no epoch "${epoch}"; it has those of the steps ${steps.join(', ')}`,
  );
}

async function findModelVersion(
  { database: { queries } }: RegistryContext,
  model: ModelRecord,
  asked: string | null,
): Promise<VersionRecord | null> {
  if (asked === null)
    return model.currentVersion === null ? null : findVersion(queries, model.currentVersion);
  const all = (await versionsOf(queries, [model.id])).get(model.id) ?? [];
  const byNumber = all.find(({ number }) => String(number) === asked);
  return byNumber ?? (asked.length < 8 ? null : (all.find(({ id }) => id.startsWith(asked)) ?? null));
}

/** Whoever may see a composition may render with it, whatever they may see of its LoRAs alone. */
async function conceptEpoch(context: RegistryContext, concept: Concept): Promise<EpochRecord> {
  const everything: Asker = { project: '', keyId: null, seesAll: true };
  const model = await findModel(context, everything, {
    id: concept.model,
    name: null,
    version: concept.version,
    epoch: null,
  });
  if (model === null) throw notFound(concept.model, 'a LoRA of the composition is gone');
  const version = await findModelVersion(context, model, concept.version);
  const number = concept.epoch ?? (version?.id === model.currentVersion ? model.pinnedEpoch : null);
  const found = version === null ? null : currentEpoch(version, number);
  if (found === null)
    throw notFound(concept.model, `"${model.fullName}" has no epoch to render with any more`);
  return found;
}

async function filesOf(
  context: RegistryContext,
  lora: LoraRequest,
  { epoch, share }: { epoch: EpochRecord; share: number },
): Promise<LoraRequest[]> {
  const wanted = epoch.files.filter(
    ({ part }) => lora.expert === null || part === 'main' || part === lora.expert,
  );
  if (wanted.length === 0) throw notFound(lora.path, `it has no file for the ${lora.expert}-noise side`);
  return Promise.all(
    wanted.map(async ({ part, sha256 }) => {
      const file = await createBlobs(context).locate(sha256, AbortSignal.timeout(fetchMs));
      if (file === null) throw notFound(lora.path, 'its file is gone from the store');
      const expert = part === 'main' ? lora.expert : part;
      return { ...lora, scale: lora.scale * share, expert, registered: { file, sha256, share } };
    }),
  );
}

/** A LoRA may have to come from a bucket first. */
const fetchMs = 10 * 60_000;

function notFound(path: string, why: string): DarkroomError {
  const shown = path.slice(0, 200);
  return new DarkroomError('LORA_NOT_FOUND', `The LoRA "${shown}" cannot be used: ${why}.`, {
    details: { path: shown },
  });
}
