/**
 * The registry: models with their versions and epochs, the pictures that belong to them, and the files behind both. Who asks is
 * checked here: what an asker may not see is not found, what they may only read is forbidden to change.
 *
 * Functions that take a `transaction` are for whoever writes more than the registry in it; the others have one of their own.
 */
import type { Queries } from '../database/database.ts';
import type { RegisteredFile } from '../render/request.ts';
import type { Asker } from './asker.ts';
import { insertOutputAsset, jobsWithMissingAssets, type OutputAsset } from './assets/output-assets.ts';
import {
  type AssetFilter,
  type AssetRecord,
  getAsset,
  getAssets,
  listAssets,
  namedAssets,
} from './assets/read-assets.ts';
import {
  type AssetChange,
  deleteAssets,
  insertAsset,
  type NewAsset,
  updateAsset,
} from './assets/write-assets.ts';
import { type Blobs, createBlobs } from './blobs.ts';
import { type ModelZip, zipModel } from './export/model-zip.ts';
import { findLoraFile } from './find-lora-file.ts';
import { findProject, type ProjectRecord } from './find-project.ts';
import { importEnded } from './import/import-ended.ts';
import { createLoraLookup, type LookUpLoras } from './lora-lookup.ts';
import { baseModels } from './models/base-models.ts';
import { type CopyOptions, copyModel } from './models/copy-model.ts';
import { createModel, insertModel, type NewModel } from './models/create-model.ts';
import { deleteModel, restoreModel } from './models/delete-model.ts';
import { removeModelImages, setExamples } from './models/examples.ts';
import type { ModelRecord } from './models/model-record.ts';
import { findModelByName, getModel, getModels, listModels, type ModelFilter } from './models/read-models.ts';
import { replaceTrainingPairs, type TrainingPair, trainingPairsOf } from './models/training-pairs.ts';
import {
  addTrainingImages,
  type ImageToAdd,
  replaceTrainingImage,
  type TrainingImage,
  trainingImagesOf,
} from './models/training-set.ts';
import { transferModel } from './models/transfer-model.ts';
import { type ModelChange, updateModel } from './models/update-model.ts';
import type { Page, PageRequest } from './page.ts';
import type { RegistryContext } from './registry-context.ts';
import { sweepRegistry } from './sweep.ts';
import { changeAssetTags, changeModelTags, setAssetTags, type TagChange, type TagsChanged } from './tags.ts';
import { completeUpload, putPart } from './uploads/upload-parts.ts';
import type { UploadRecord } from './uploads/upload-record.ts';
import {
  addUpload,
  getUpload,
  listUploads,
  type NewUpload,
  openUpload,
  removeUpload,
  settleUpload,
  type WholeUpload,
} from './uploads/uploads.ts';
import { deleteVersion } from './versions/delete-version.ts';
import { keepNewestEpochs } from './versions/keep-newest-epochs.ts';
import { findVersion, type VersionRecord, versionsOf } from './versions/read-versions.ts';
import {
  beginVersion,
  insertEpoch,
  insertSample,
  type NewEpoch,
  type NewVersion,
  publishVersion,
} from './versions/write-versions.ts';

export interface Registry {
  models: {
    /** Base models included; deleted ones are not found. */
    get(asker: Asker, id: string): Promise<ModelRecord>;
    getMany(asker: Asker, ids: readonly string[]): Promise<ModelRecord[]>;
    /** By `owner/name`. */
    findByName(asker: Asker, fullName: string): Promise<ModelRecord>;
    list(asker: Asker, filter: ModelFilter): Promise<Page<ModelRecord>>;
    /** The base models of the catalog. */
    base(): ModelRecord[];
    /** Each of these returns the model as it is then. */
    create(asker: Asker, model: NewModel): Promise<ModelRecord>;
    update(asker: Asker, id: string, change: ModelChange): Promise<ModelRecord>;
    copy(asker: Asker, id: string, options: CopyOptions): Promise<ModelRecord>;
    restore(asker: Asker, id: string): Promise<ModelRecord>;
    transfer(asker: Asker, id: string, project: string): Promise<ModelRecord>;
    delete(asker: Asker, id: string): Promise<void>;
    changeTags(asker: Asker, id: string, change: TagChange): Promise<TagsChanged>;
    setExamples(asker: Asker, id: string, assets: readonly string[]): Promise<void>;
    /** Returns the id. */
    insert(transaction: Queries, asker: Asker, model: NewModel): Promise<string>;
  };
  /** Of models that the asker has been shown to see. */
  sets: {
    images(models: readonly string[]): Promise<Map<string, TrainingImage[]>>;
    pairs(model: string): Promise<TrainingPair[]>;
    add(asker: Asker, model: string, images: readonly ImageToAdd[]): Promise<void>;
    replace(asker: Asker, model: string, change: { image: string; by: ImageToAdd }): Promise<void>;
    remove(
      asker: Asker,
      model: string,
      change: { assets: readonly string[]; everywhere: boolean },
    ): Promise<void>;
    replacePairs(asker: Asker, model: string, pairs: readonly TrainingPair[]): Promise<void>;
  };
  versions: {
    /** By model, newest version first. */
    of(models: readonly string[]): Promise<Map<string, VersionRecord[]>>;
    find(id: string): Promise<VersionRecord | null>;
    begin(transaction: Queries, version: NewVersion): Promise<{ id: string; number: number; isNew: boolean }>;
    addEpoch(transaction: Queries, epoch: NewEpoch): Promise<{ number: number; isNew: boolean }>;
    /** Returns the id of the asset. */
    addSample(
      transaction: Queries,
      sample: { version: string; number: number; index: number; asset: NewAsset },
    ): Promise<string>;
    /** Returns the steps of the epochs that are gone. */
    keepNewest(transaction: Queries, version: string, count: number): Promise<number[]>;
    publish(transaction: Queries, version: string): Promise<void>;
    delete(asker: Asker, which: { model: string; version: string }): Promise<void>;
  };
  assets: {
    get(asker: Asker, id: string): Promise<AssetRecord>;
    getMany(asker: Asker, ids: readonly string[]): Promise<AssetRecord[]>;
    /** Whoever asks: of what names them and may be seen. */
    named(ids: readonly string[]): Promise<Map<string, AssetRecord>>;
    list(asker: Asker, filter: AssetFilter): Promise<Page<AssetRecord>>;
    /** Returns the id. */
    add(asset: NewAsset): Promise<string>;
    insert(transaction: Queries, asset: NewAsset): Promise<string>;
    /** See `output-assets.ts`. */
    addOutput(asset: OutputAsset): Promise<void>;
    jobsWithMissing(of: { project: string; dialect: string; limit: number }): Promise<string[]>;
    update(asker: Asker, id: string, change: AssetChange): Promise<AssetRecord>;
    delete(asker: Asker, ids: readonly string[]): Promise<void>;
    setTags(asker: Asker, id: string, tags: readonly string[]): Promise<void>;
    changeTags(asker: Asker, id: string, change: TagChange): Promise<TagsChanged>;
  };
  /** Files on their way in. */
  uploads: {
    open(asker: Asker, upload: NewUpload): Promise<UploadRecord>;
    /** One that is there as a whole. */
    add(asker: Asker, upload: WholeUpload): Promise<UploadRecord>;
    get(asker: Asker, id: string): Promise<UploadRecord>;
    /** Those of a kind. */
    list(asker: Asker, filter: PageRequest & { kind: string }): Promise<Page<UploadRecord>>;
    remove(asker: Asker, id: string): Promise<void>;
    put(
      asker: Asker,
      id: string,
      part: { number: number; content: AsyncIterable<Uint8Array> },
    ): Promise<UploadRecord>;
    complete(asker: Asker, id: string): Promise<UploadRecord>;
    /** Note the id of the asset or model that it became. */
    settle(id: string, entity: string): Promise<UploadRecord>;
  };
  /** Null for one that there is not. */
  project(id: string): Promise<ProjectRecord | null>;
  blobs: Blobs;
  /** A model as one file; the epoch is said by its step or number. */
  zip(asker: Asker, model: string, epoch: string | null): Promise<ModelZip>;
  /** Whether the training of the folder that a job has imported has ended. */
  importEnded(job: string): Promise<boolean | null>;
  /** Take away what is deleted or expired long enough. */
  sweep(): Promise<{ models: number; assets: number; blobs: number }>;
  /** Those of requests. */
  lookUpLoras: LookUpLoras;
  /** The file of an epoch of a model that the asker may render with, by its hash; null when there is none. */
  findLoraFile(asker: Asker, sha256: string): Promise<RegisteredFile | null>;
}

export function openRegistry(context: RegistryContext): Registry {
  return {
    models: modelsOf(context),
    sets: {
      images: (models) => trainingImagesOf(context, models),
      pairs: (model) => trainingPairsOf(context, model),
      add: (asker, model, images) => addTrainingImages(context, asker, model, images),
      replace: (asker, model, change) => replaceTrainingImage(context, asker, model, change),
      remove: (asker, model, change) => removeModelImages(context, asker, model, change),
      replacePairs: (asker, model, pairs) => replaceTrainingPairs(context, asker, model, pairs),
    },
    versions: {
      of: (models) => versionsOf(context.database.queries, models),
      find: (id) => findVersion(context.database.queries, id),
      begin: (transaction, version) => beginVersion(context, transaction, version),
      addEpoch: (transaction, epoch) => insertEpoch(context, transaction, epoch),
      addSample: (transaction, sample) => insertSample(context, transaction, sample),
      keepNewest: (transaction, version, count) => keepNewestEpochs(transaction, version, count),
      publish: (transaction, version) => publishVersion(context, transaction, version),
      delete: (asker, which) => deleteVersion(context, asker, which),
    },
    assets: assetsOf(context),
    uploads: {
      open: (asker, upload) => openUpload(context, asker, upload),
      add: (asker, upload) => addUpload(context, asker, upload),
      get: (asker, id) => getUpload(context, asker, id),
      list: (asker, filter) => listUploads(context, asker, filter),
      remove: (asker, id) => removeUpload(context, asker, id),
      put: (asker, id, part) => putPart(context, asker, id, part),
      complete: (asker, id) => completeUpload(context, asker, id),
      settle: (id, entity) => settleUpload(context, id, entity),
    },
    project: (id) => findProject(context, id),
    blobs: createBlobs(context),
    zip: (asker, model, epoch) => zipModel(context, asker, model, epoch),
    importEnded: (job) => importEnded(context, job),
    sweep: () => sweepRegistry(context),
    lookUpLoras: createLoraLookup(context),
    findLoraFile: (asker, sha256) => findLoraFile(context, asker, sha256),
  };
}

function modelsOf(context: RegistryContext): Registry['models'] {
  const get = (asker: Asker, id: string): Promise<ModelRecord> => getModel(context, asker, id);
  return {
    get,
    getMany: (asker, ids) => getModels(context, asker, ids),
    findByName: (asker, fullName) => findModelByName(context, asker, fullName),
    list: (asker, filter) => listModels(context, asker, filter),
    base: () => baseModels(context),
    create: async (asker, model) => get(asker, await createModel(context, asker, model)),
    update: async (asker, id, change) => {
      await updateModel(context, asker, id, change);
      return get(asker, id);
    },
    copy: async (asker, id, options) => get(asker, await copyModel(context, asker, id, options)),
    restore: async (asker, id) => {
      await restoreModel(context, asker, id);
      return get(asker, id);
    },
    transfer: async (asker, id, project) => {
      await transferModel(context, asker, id, project);
      return get(asker, id);
    },
    delete: (asker, id) => deleteModel(context, asker, id),
    changeTags: (asker, id, change) => changeModelTags(context, asker, id, change),
    setExamples: (asker, id, assets) => setExamples(context, asker, id, assets),
    insert: (transaction, asker, model) => insertModel(context, transaction, asker, model),
  };
}

function assetsOf(context: RegistryContext): Registry['assets'] {
  return {
    get: (asker, id) => getAsset(context, asker, id),
    getMany: (asker, ids) => getAssets(context, asker, ids),
    named: (ids) => namedAssets(context, ids),
    list: (asker, filter) => listAssets(context, asker, filter),
    add: (asset) => context.database.transaction((transaction) => insertAsset(context, transaction, asset)),
    insert: (transaction, asset) => insertAsset(context, transaction, asset),
    addOutput: (asset) => insertOutputAsset(context, asset),
    jobsWithMissing: (of) => jobsWithMissingAssets(context, of),
    update: async (asker, id, change) => {
      await updateAsset(context, asker, id, change);
      return getAsset(context, asker, id);
    },
    delete: (asker, ids) => deleteAssets(context, asker, ids),
    setTags: (asker, id, tags) => setAssetTags(context, asker, id, tags),
    changeTags: (asker, id, change) => changeAssetTags(context, asker, id, change),
  };
}
