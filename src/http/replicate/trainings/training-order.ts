/** What is asked for by a training in Replicate's words, as an order of the core. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SetSource } from '../../../registry/intake/gather-set.ts';
import type { TrainingOrder } from '../../../training/start-training.ts';
import type { DialectParts } from '../../dialect.ts';
import { checkLaxFields } from '../check-fields.ts';
import { findOwnFile } from '../files/own-file.ts';
import { invalidField } from '../problem.ts';
import { isTrainer, type ServedModel } from '../served-model.ts';
import { askedEvents, webhookFields } from '../webhook-fields.ts';
import { keptTraining } from './sent-training.ts';
import { isBuffer, toTrainingRequest, trainingInput, unusedInputs } from './training-input.ts';

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

/** Throws what says which field is wrong, and what looking for the model and the file throws. */
export async function readTrainingOrder(
  trainer: ServedModel,
  version: string,
  body: CreateBody,
  request: FastifyRequest,
  parts: DialectParts,
): Promise<Omit<TrainingOrder, 'webhook' | 'idempotency'>> {
  if (!trainer.record.isBase)
    throw invalidField(
      'version',
      `${trainer.record.fullName} is a LoRA, and trainings begin from a base model: send darkroom/${trainer.entry.id}`,
    );
  const model = await parts.registry.models.findByName(request, body.destination);
  if (model.isBase)
    throw invalidField(
      'destination',
      `${body.destination} is a base model, which cannot be changed. Send a model of yours`,
    );
  if (model.base !== null && model.base !== trainer.entry.id)
    throw invalidField(
      'destination',
      `${body.destination} holds LoRAs for ${model.base}, and this trains ${trainer.entry.id}. Send another model, or make one`,
    );
  const { writesCaptions } = parts.trainings;
  const { input, warnings } = readInput(body.input, writesCaptions);
  const gone = new AbortController();
  request.raw.once('close', () => request.raw.destroyed && !request.raw.complete && gone.abort());
  return {
    asker: request,
    target: { model: model.id, base: trainer.entry.id },
    request: toTrainingRequest(input, { isTrainer: isTrainer(trainer), writesCaptions }),
    sources: [await sourceOf(input.input_images, request, parts)],
    skipBad: false,
    // Below that of predictions.
    priority: -1,
    hfToken: null,
    dialect: parts.dialect,
    warnings,
    sent: keptTraining({
      model: `${trainer.owner}/${trainer.name}`,
      version,
      destination: body.destination,
      input: body.input,
      events: askedEvents(body),
    }),
    signal: gone.signal,
  };
}

function readInput(given: Record<string, unknown>, writesCaptions: boolean) {
  const pretrained = 'skip_training_and_use_pretrained_hf_lora_url';
  if (typeof given[pretrained] === 'string' && given[pretrained] !== '')
    throw invalidField(
      `input.${pretrained}`,
      'A LoRA that is trained already is not put into a version by a training here. Import it: POST /v1/registry/import, or darkroom import',
    );
  if (isBuffer(given.input_images))
    throw invalidField(
      'input.input_images',
      'This is a Buffer, which the JavaScript client does not upload for trainings. Send it by files.create, and its urls.get here',
      'invalid_type',
    );
  const input = checkLaxFields(trainingInput, given, 'input');
  const isSaid = (name: string): boolean =>
    given[name] !== undefined && given[name] !== null && given[name] !== '';
  const known: readonly string[] = [...Object.keys(trainingInput.shape), pretrained];
  const left: readonly string[] = unusedInputs;
  const around = ['autocaption_prefix', 'autocaption_suffix'].filter(isSaid);
  const unused = left.filter((name) => isSaid(name) && given[name] !== false);
  const unknown = Object.keys(given).filter((name) => !known.includes(name) && !left.includes(name));
  return {
    input,
    warnings: [
      ...(unused.length === 0 ? [] : [`Not used: ${unused.join(', ')}.`]),
      ...(unknown.length === 0
        ? []
        : [`The trainer has no input ${unknown.slice(0, 10).join(', ').slice(0, 300)}: not used.`]),
      ...(!writesCaptions && (given.autocaption === true || around.length > 0)
        ? [
            `${['autocaption', ...around].join(', ')} was not used: this server writes no captions (CAPTION_URL).`,
          ]
        : []),
    ],
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
