/**
 * What can be predicted with: base models of the catalog, LoRAs and compositions of the registry, by `owner/name`, and their
 * versions by 64 hexadecimal digits. A base model has one version, which its checkpoint says.
 */
import type { ModelEntry } from '../../catalog/define-model.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../../registry/asker.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import { versionId } from '../../registry/registry-ids.ts';
import type { VersionRecord } from '../../registry/versions/read-versions.ts';
import type { DialectParts } from '../dialect.ts';
import { invalidField } from './problem.ts';

/** A model under the names that its client knows. */
export interface NamedModel {
  owner: string;
  name: string;
  record: ModelRecord;
}

export interface ServedModel extends NamedModel {
  entry: ModelEntry;
  /** Newest first; one for a base model, none for a composition. */
  versions: ServedVersion[];
}

export interface ServedVersion {
  /** 64 hexadecimal digits. */
  id: string;
  createdAt: Date;
  /** Null for a base model. */
  lora: VersionRecord | null;
}

export interface ServedTarget {
  model: ServedModel;
  /** Null for a composition, which has none. */
  version: ServedVersion | null;
}

type Parts = Pick<DialectParts, 'registry' | 'catalog'>;

/** The trainer that most code is written for. Untrained it is FLUX.1-dev. */
const trainer = { owner: 'ostris', name: 'flux-dev-lora-trainer', base: 'flux' };
/** Versions of it that Replicate has published. The official clients send a version without the name that stood before it. */
const trainerVersions: readonly string[] = [
  'b6af14222e6bd9be257cbc1ea4afda3cd0503e1133083b9d1de0364d8568e6ef',
  'e440909d3512c31646ee2e0c7d6f6f4923224863a6a10c494606e79fb5844497',
  '4ffd32160efd92e956d39c5338a9b8fbafca58e03f791f6d8011f3e20e8ea6fa',
  '26dce37af90b9d997eeb970d92e47de3064d46c300504ae376c75bef6a9022d2',
];

const hex64 = /^[0-9a-f]{64}$/;
export const isTrainer = ({ owner, name }: Pick<ServedModel, 'owner' | 'name'>): boolean =>
  owner === trainer.owner && name === trainer.name;

/** By its two names. Throws TRAINED_MODEL_NOT_FOUND. */
export async function findNamedModel(
  owner: string,
  name: string,
  asker: Asker,
  { registry }: Pick<Parts, 'registry'>,
): Promise<NamedModel> {
  const record = isTrainer({ owner, name })
    ? await registry.models.get(asker, `model_${trainer.base}`)
    : await registry.models.findByName(asker, `${owner}/${name}`);
  return { owner, name, record };
}

/** The same of what pictures can be made with. Throws TRAINED_MODEL_NOT_FOUND, also for what no text becomes a picture with. */
export async function findServedModel(
  owner: string,
  name: string,
  asker: Asker,
  parts: Parts,
): Promise<ServedModel> {
  const named = await findNamedModel(owner, name, asker, parts);
  const [served] = await servedModels([named.record], parts);
  if (served === undefined) throw notServed(named.record);
  return { ...served, ...named };
}

export function namesOf(record: ModelRecord): NamedModel {
  const [owner = '', name = ''] = record.fullName.split('/');
  return { owner, name, record };
}

/** Those of these models that make pictures of a text. */
export async function servedModels(
  records: readonly ModelRecord[],
  { registry, catalog }: Parts,
): Promise<ServedModel[]> {
  const own = await registry.versions.of(records.filter(({ isBase }) => !isBase).map(({ id }) => id));
  return records.flatMap((record) => {
    const entry = record.base === null ? undefined : catalog.get(record.base);
    if (entry?.task !== 'text_to_image') return [];
    const versions = record.isBase
      ? [baseVersion(record, entry)]
      : (own.get(record.id) ?? []).filter(isPublished).map(toServedVersion);
    return [{ ...namesOf(record), entry, versions }];
  });
}

/** Epochs of a training that has not succeeded are no version. */
const isPublished = ({ epochs, publishedAt }: VersionRecord): boolean =>
  epochs.length > 0 && publishedAt !== null;

const toServedVersion = (lora: VersionRecord): ServedVersion => ({
  id: lora.id,
  createdAt: lora.createdAt,
  lora,
});

const baseVersion = ({ id, createdAt }: ModelRecord, { checkpoint }: ModelEntry): ServedVersion => ({
  id: versionId(id, `${checkpoint.repository}@${checkpoint.revision}`, []),
  createdAt,
  lora: null,
});

/**
 * What the `version` of a body names: a version, or `owner/name` with or without one. Throws TRAINED_MODEL_NOT_FOUND for a name and
 * INVALID_REQUEST for a version that is not there.
 */
export async function findTarget(reference: string, asker: Asker, parts: Parts): Promise<ServedTarget> {
  const [, owner, name, version] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/.exec(reference) ?? [];
  if (owner !== undefined && name !== undefined) {
    const model = await findServedModel(owner, name, asker, parts);
    return version === undefined || version === 'latest'
      ? latest(model)
      : { model, version: findVersion(model, version) ?? refuseVersion() };
  }
  return hex64.test(reference) ? findByVersion(reference, asker, parts) : refuseVersion();
}

/** Throws INVALID_REQUEST for a model that has nothing to render with yet. */
export function latest(model: ServedModel): ServedTarget {
  const { record, versions } = model;
  const version = versions.find(({ id }) => record.isBase || id === record.currentVersion) ?? null;
  if (version === null && record.kind === 'lora')
    throw invalidField(
      'version',
      `${record.fullName} is ${record.status} and has no version to run yet. Train it, or import its weights`,
    );
  return { model, version };
}

/** Under the name of the trainer any version is taken: code names one that Replicate has. */
export function findVersion(model: ServedModel, id: string): ServedVersion | null {
  const found = model.versions.find((version) => version.id === id);
  if (found !== undefined || !isTrainer(model) || !hex64.test(id)) return found ?? null;
  return model.versions[0] ?? null;
}

async function findByVersion(id: string, asker: Asker, parts: Parts): Promise<ServedTarget> {
  if (trainerVersions.includes(id)) {
    const model = await findServedModel(trainer.owner, trainer.name, asker, parts);
    return { model, version: findVersion(model, id) };
  }
  const found = await parts.registry.versions.find(id);
  const records =
    found === null ? parts.registry.models.base() : await parts.registry.models.getMany(asker, [found.model]);
  for (const model of await servedModels(records, parts)) {
    const version = model.versions.find((one) => one.id === id);
    if (version !== undefined) return { model, version };
  }
  return refuseVersion();
}

function refuseVersion(): never {
  throw invalidField(
    'version',
    'The specified version does not exist (or perhaps you do not have permission to use it?). Send the 64 digits of a version that GET /models/{owner}/{name}/versions lists, or owner/name',
  );
}

export const notServed = (record: ModelRecord): DarkroomError =>
  new DarkroomError(
    'TRAINED_MODEL_NOT_FOUND',
    record.base === null
      ? `${record.fullName} has no base model yet, so nothing can be predicted with it.`
      : `${record.fullName} does not make a picture of a text alone, which is all that predictions do here so far. Use another API of this server for it.`,
  );
