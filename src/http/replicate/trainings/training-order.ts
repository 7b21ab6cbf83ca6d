/** What is asked for by a training in Replicate's words, as an order of the core. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ImportContext, ImportRequest } from '../../../registry/import/submit-import.ts';
import type { SetSource } from '../../../registry/intake/gather-set.ts';
import type { TrainingOrder } from '../../../training/start-training.ts';
import type { DialectParts } from '../../dialect.ts';
import { checkLaxFields } from '../check-fields.ts';
import { findOwnFile } from '../files/own-file.ts';
import { readLoraReference } from '../lora-reference.ts';
import { invalidField } from '../problem.ts';
import { isTrainer, type ServedModel } from '../served-model.ts';
import { askedEvents, webhookFields } from '../webhook-fields.ts';
import { keptTraining } from './sent-training.ts';
import {
  isBuffer,
  pretrained,
  type TrainingInput,
  toTrainingRequest,
  trainingInput,
} from './training-input.ts';
import { type Given, isSaid, unusedByImport, unusedByTraining } from './unused-inputs.ts';

const destination = z
  .string()
  .max(300)
  .regex(/^[^/:\s]+\/[^/:\s]+$/, { error: 'Must be owner/name of a model of yours' });
export const trainingBody = z.strictObject({
  destination: destination.meta({ description: '`owner/name` of the model that gets another version.' }),
  input: z.record(z.string(), z.unknown()),
  ...webhookFields,
});

type CreateBody = z.output<typeof trainingBody>;

/** What trains, and what the version comes to. */
interface Target {
  /** Id in the registry. */
  model: string;
  /** Id in the catalog. */
  base: string;
}

/** What the route adds. */
type Added = 'webhook' | 'idempotency';
/** What both kinds have. */
type Common = 'dialect' | 'sent' | 'warnings';

/** Pictures to be trained on, or a LoRA that is trained already and becomes the version as it is. */
type ReadOrder =
  | { kind: 'train'; training: Omit<TrainingOrder, Added> }
  | { kind: 'import'; request: ImportRequest; context: Omit<ImportContext, Added> };

/** Throws what says which field is wrong, and what looking for the model and the file throws. */
export async function readTrainingOrder(
  trainer: ServedModel,
  version: string,
  body: CreateBody,
  request: FastifyRequest,
  parts: DialectParts,
): Promise<ReadOrder> {
  const given = body.input;
  const target = await findDestination(trainer, body.destination, request, parts);
  const input = readInput(given);
  const sent = keptTraining({
    model: `${trainer.owner}/${trainer.name}`,
    version,
    destination: body.destination,
    input: given,
    events: askedEvents(body),
  });
  const { dialect } = parts;
  const url = input[pretrained] ?? '';
  if (url !== '') {
    const context = { dialect, sent, warnings: unusedByImport(given) };
    return { kind: 'import', request: toImport(url, input, given, target), context };
  }
  const warnings = unusedByTraining(given, parts.trainings.writesCaptions);
  const training = await toTraining(input, { target, isTrainer: isTrainer(trainer) }, request, parts);
  return { kind: 'train', training: { ...training, dialect, sent, warnings } };
}

async function findDestination(
  trainer: ServedModel,
  destination: string,
  request: FastifyRequest,
  { registry }: DialectParts,
): Promise<Target> {
  const base = trainer.entry.id;
  if (!trainer.record.isBase)
    throw invalidField(
      'version',
      `${trainer.record.fullName} is a LoRA, and trainings begin from a base model: send darkroom/${base}`,
    );
  const model = await registry.models.findByName(request, destination);
  if (model.isBase)
    throw invalidField(
      'destination',
      `${destination} is a base model, which cannot be changed. Send a model of yours`,
    );
  if (model.base !== null && model.base !== base)
    throw invalidField(
      'destination',
      `${destination} holds LoRAs for ${model.base}, and this trains ${base}. Send another model, or make one`,
    );
  return { model: model.id, base };
}

function readInput(given: Given): TrainingInput {
  if (isBuffer(given.input_images))
    throw invalidField(
      'input.input_images',
      'This is a Buffer, which the JavaScript client does not upload for trainings. Send it by files.create, and its urls.get here',
      'invalid_type',
    );
  return checkLaxFields(trainingInput, given, 'input');
}

async function toTraining(
  input: TrainingInput,
  by: { target: Target; isTrainer: boolean },
  request: FastifyRequest,
  parts: DialectParts,
): Promise<Omit<TrainingOrder, Added | Common>> {
  const { input_images: images } = input;
  if (images === undefined) throw invalidField('input', 'input_images is required', 'required');
  const { writesCaptions } = parts.trainings;
  const gone = new AbortController();
  request.raw.once('close', () => request.raw.destroyed && !request.raw.complete && gone.abort());
  return {
    asker: request,
    target: by.target,
    request: toTrainingRequest(input, { isTrainer: by.isTrainer, writesCaptions }),
    sources: [await sourceOf(images, request, parts)],
    skipBad: false,
    // Below that of predictions.
    priority: -1,
    hfToken: null,
    signal: gone.signal,
  };
}

function toImport(url: string, input: TrainingInput, given: Given, { model, base }: Target): ImportRequest {
  const named = readLoraReference(url, pretrained);
  if (named.kind !== 'path')
    throw invalidField(`input.${pretrained}`, 'Not the URL of a .safetensors file on Hugging Face');
  return {
    from: { kind: 'remote', text: named.path },
    model,
    base,
    name: null,
    slug: null,
    // What is not said stands in the file.
    trigger: isSaid(given.trigger_word) ? input.trigger_word : null,
    dataset: false,
    hfToken: typeof given.hf_token === 'string' && given.hf_token !== '' ? given.hf_token : null,
  };
}

async function sourceOf(text: string, request: FastifyRequest, parts: DialectParts): Promise<SetSource> {
  const field = 'input.input_images';
  const own = await findOwnFile(text, field, request, parts);
  if (own !== null) {
    const path = await parts.registry.blobs.locate(own.sha256, AbortSignal.timeout(10 * 60_000));
    if (path === null)
      throw invalidField(field, `The content of the file "${own.name}" is gone. Send it again`);
    return { kind: 'file', name: own.name, path };
  }
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: text };
  if (/^data:/i.test(text)) return { kind: 'data', text, name: null };
  throw invalidField(
    field,
    "Does not match format 'uri'. Send the URL of a zip, that of a file here, or a data URL",
    'format',
  );
}
