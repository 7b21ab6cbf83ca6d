/** From the inputs of a prediction to an accepted job, for every API that takes predictions. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { NewJob } from '../../jobs/job.ts';
import type { Accepted } from '../../jobs/queue/accept-jobs.ts';
import type { Webhook } from '../../jobs/webhook.ts';
import type { DialectParts } from '../dialect.ts';
import { acceptRequest } from '../kit/accept-request.ts';
import { createWebhookUrlCheck } from '../kit/webhook-url.ts';
import { checkLaxFields } from './check-fields.ts';
import { withOwnFile } from './files/own-file.ts';
import { hiddenInput, type PredictionInput, predictionInput } from './prediction-input.ts';
import { invalidField } from './problem.ts';
import { checkMask, entryOf, lorasOf, renderSubmission, seedOf } from './render-request.ts';
import { keptPrediction, type SentPrediction } from './sent-prediction.ts';
import type { ServedTarget } from './served-model.ts';

export interface PredictionOrder {
  input: Record<string, unknown>;
  webhook: Pick<Webhook, 'url' | 'events'> | null;
  /** What the webhook is told of, in the words of its client. */
  events: SentPrediction['events'];
  /** Whether its pictures are given as data instead of URLs. */
  inline: boolean;
  /** By which name its client knows it, where that is not ours. */
  clientId?: string;
  idempotency: NewJob['idempotency'];
  cancelAt: Date | null;
  /** What was not used of the rest of the body. */
  warnings: readonly Sentence[];
}

/** Throws INVALID_REQUEST with the fields that are wrong, and what looking for models, LoRAs and pictures throws. */
export async function acceptPrediction(
  http: { request: FastifyRequest; reply: FastifyReply },
  target: ServedTarget,
  order: PredictionOrder,
  parts: DialectParts,
): Promise<Accepted> {
  const { request } = http;
  const { webhook, events, inline, clientId, idempotency, cancelAt } = order;
  const { input: given, hidden, unknown } = readInput(order.input, target);
  checkMask(given);
  const entry = entryOf(target, given, parts.catalog);
  const input = await withOwnFiles(given, request, parts);
  const found = await lorasOf({ target, input, hidden }, request, parts);
  const seed = seedOf(input.seed, Math.random);
  const sent = keptPrediction({
    ...(cancelAt === null ? {} : { deadline: cancelAt.toISOString() }),
    ...(clientId === undefined ? {} : { clientId }),
    model: `${target.model.owner}/${target.model.name}`,
    version: target.version?.id ?? 'hidden',
    input: order.input,
    seed: String(seed),
    steps: input.num_inference_steps,
    inline,
    events,
  });
  const warnings = [...order.warnings, ...unknown, ...found.warnings, ...unusedInputs(input, entry)];
  const asked = { target, entry, input, hidden, seed, loras: found.loras, warnings };
  const checkWebhookUrl = createWebhookUrlCheck(parts.config.OUTBOUND_ALLOW);
  const read = () => ({ ...renderSubmission(asked, webhook, sent), cancelAt });
  return acceptRequest(http, idempotency, read, { ...parts, checkWebhookUrl });
}

/** Inputs that the model does not have are not looked at, as in the original, but the logs say so. */
function readInput(given: Record<string, unknown>, { model }: ServedTarget) {
  if ('userAgent' in given && 'baseUrl' in given)
    throw invalidField(
      'input',
      'This is not an input but the client itself, with its token: a fault of fileEncodingStrategy "data-uri" in some versions of the JavaScript client. Leave that option out. Nothing of it was kept',
    );
  const schema = predictionInput(model);
  const names = [...Object.keys(schema.shape), ...Object.keys(hiddenInput.shape)];
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const told = unknown.slice(0, 10).join(', ').slice(0, 300);
  return {
    input: checkLaxFields(schema, given, 'input'),
    hidden: checkLaxFields(hiddenInput, given, 'input'),
    unknown: told === '' ? [] : [`The model has no input ${told}: not used.`],
  };
}

/** Pictures that were sent as files before, in place of their URLs. */
async function withOwnFiles(
  { image, mask, ...rest }: PredictionInput,
  request: FastifyRequest,
  parts: DialectParts,
): Promise<PredictionInput> {
  const read = (text: string, name: string) => withOwnFile(text, `input.${name}`, request, parts);
  return {
    ...rest,
    ...(image === undefined ? {} : { image: await read(image, 'image') }),
    ...(mask === undefined ? {} : { mask: await read(mask, 'mask') }),
  };
}

function unusedInputs(
  { image, aspect_ratio, width, height, prompt_strength, guidance_scale }: PredictionInput,
  { label, guidance }: ModelEntry,
): string[] {
  const hasSize = width !== undefined || height !== undefined;
  return [
    ...(image === undefined && hasSize && aspect_ratio !== 'custom'
      ? ['width and height were not used: they are for aspect_ratio custom.']
      : []),
    ...(image !== undefined && (hasSize || aspect_ratio !== '1:1')
      ? ['aspect_ratio, width and height were not used: the picture says the size.']
      : []),
    ...(image === undefined && prompt_strength !== 0.8
      ? ['prompt_strength was not used: it is for a picture to begin with (image).']
      : []),
    ...(guidance.kind === 'none' && guidance_scale !== 0
      ? [`guidance_scale was not used: ${label} has no guidance.`]
      : []),
  ];
}
