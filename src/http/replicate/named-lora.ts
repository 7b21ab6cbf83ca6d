/** What an input of a prediction calls a LoRA, as the core takes it: a path, or a file that is here already. */
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../../registry/asker.ts';
import type { WeightsSource } from '../../registry/import/take-weights.ts';
import type { LoraRequest } from '../../render/request.ts';
import type { DialectParts } from '../dialect.ts';
import { findOwnFile } from './files/own-file.ts';
import { fromPredictionId } from './ids.ts';
import { readLoraReference } from './lora-reference.ts';
import { inReplicate } from './names.ts';
import { invalidField } from './problem.ts';
import { isTraining } from './trainings/find-training.ts';

export type FoundLora = Pick<LoraRequest, 'path' | 'registered'>;

type Parts = Pick<DialectParts, 'registry' | 'jobs' | 'weights' | 'clock'>;

/** Throws INVALID_REQUEST with the field for what is not here, and what fetching throws. */
export async function findNamedLora(
  reference: string,
  input: string,
  asker: Asker,
  parts: Parts,
): Promise<FoundLora> {
  const field = `input.${input}`;
  const own = (await ownTraining(reference, asker, parts)) ?? (await ownFile(reference, field, asker, parts));
  if (own !== null) return own;
  const named = readLoraReference(reference, input);
  switch (named.kind) {
    case 'path':
      return { path: named.path };
    case 'civitai':
      return { path: await fetched(parts.weights.civitai(named.model), field) };
    case 'model':
      return { path: await pathOfModel(named, field, asker, parts) };
    case 'archive':
      return taken({ kind: 'url', url: named.url }, 'trained_model.tar', field, parts);
    case 'data':
      return taken({ kind: 'data', text: named.text }, 'weights.tar', field, parts);
  }
}

const weightsUrl =
  /^https?:\/\/[^?#]*\/replicate(?:\/v1){0,2}\/trainings\/([0-9a-z]{26})\/trained_model\.tar(?:[?#].*)?$/;

/** The weights of a training here, which are not fetched over HTTP; null for any other text, and for one that is not here. */
async function ownTraining(reference: string, asker: Asker, parts: Parts): Promise<FoundLora | null> {
  const [, id] = weightsUrl.exec(reference) ?? [];
  if (id === undefined) return null;
  const job = await parts.jobs.get(fromPredictionId(id));
  const isOwn = job !== null && isTraining(job) && (asker.seesAll || job.project === asker.project);
  return isOwn && job.made !== undefined ? { path: `${job.made.model}:${job.made.version}` } : null;
}

/** A LoRA, or a tar with one, that was sent as a file before. */
async function ownFile(
  reference: string,
  field: string,
  asker: Asker,
  parts: Parts,
): Promise<FoundLora | null> {
  const file = await findOwnFile(reference, field, asker, parts);
  if (file === null) return null;
  const path = await parts.registry.blobs.locate(file.sha256, fetching());
  if (path === null)
    throw invalidField(field, `The content of the file "${file.name}" is gone. Send it again`);
  if (/\.tar(\.gz)?$|\.tgz$/i.test(file.name) || /tar|gzip/.test(file.contentType))
    return taken({ kind: 'file', path, name: file.name }, file.name, field, parts);
  return { path: file.name, registered: { file: path, sha256: file.sha256, share: 1 } };
}

const fetching = (): AbortSignal => AbortSignal.timeout(30 * 60_000);

async function taken(
  source: WeightsSource,
  path: string,
  field: string,
  { weights }: Parts,
): Promise<FoundLora> {
  const { file, sha256 } = await fetched(weights.take(source, fetching()), field);
  return { path, registered: { file, sha256, share: 1 } };
}

/** What is wrong about a LoRA, with the field that named it. */
async function fetched<T>(found: Promise<T>, field: string): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof DarkroomError) || !error.code.startsWith('LORA_')) throw error;
    throw invalidField(field, inReplicate(error.sentence));
  }
}

/** Of a version only what its training has finished: what a canceled one has left is none. */
async function pathOfModel(
  { model, version }: { model: string; version: string | null },
  field: string,
  asker: Asker,
  { registry }: Parts,
): Promise<string> {
  const record = await registry.models.findByName(asker, model).catch((error: unknown) => {
    if (!(error instanceof DarkroomError) || error.code !== 'TRAINED_MODEL_NOT_FOUND') throw error;
    throw invalidField(
      field,
      `There is no model "${model.slice(0, 100)}" here. Models of replicate.com are not fetched: import its weights, or send the URL of its .safetensors file`,
    );
  });
  if (version === null) return model;
  const versions = (await registry.versions.of([record.id])).get(record.id) ?? [];
  if (versions.some(({ id, publishedAt }) => id === version && publishedAt !== null))
    return `${model}:${version}`;
  throw invalidField(
    field,
    `${model} has no version ${version}. Send one that GET /models/${model}/versions lists`,
  );
}
