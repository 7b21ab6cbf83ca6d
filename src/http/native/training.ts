/** Trainings in native's words: a checked body as an order, and what is told of one. */
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import { usualWebhookEvents } from '../../jobs/webhook.ts';
import type { SetSource } from '../../registry/intake/gather-set.ts';
import type { VersionRecord } from '../../registry/versions/read-versions.ts';
import { toSeed } from '../../render/seed.ts';
import type { TrainingOrder } from '../../training/start-training.ts';
import type { TrainingRequest } from '../../training/training-request.ts';
import type { Training } from '../../training/training-store.ts';
import type { Links } from '../kit/links.ts';
import { inNative } from './names.ts';
import { failureResponse, progressResponse } from './response.ts';
import type { TrainingBody, TrainingResponse } from './schemas/training-schema.ts';
import { statusWord } from './status-word.ts';

type Read = Pick<TrainingOrder, 'request' | 'sources' | 'skipBad' | 'priority' | 'hfToken'>;

/** Below that of a render that says nothing. */
const usualPriority = -1;

export function toTrainingOrder(body: TrainingBody): Read {
  return {
    request: toTrainingRequest(body),
    sources: sourcesOf(body),
    skipBad: body.skip_bad ?? false,
    priority: body.priority ?? usualPriority,
    hfToken: body.hf_token ?? null,
  };
}

function toTrainingRequest(body: TrainingBody): TrainingRequest {
  return {
    engine: body.engine ?? 'auto',
    triggerWord: body.trigger_word ?? null,
    steps: body.steps ?? null,
    learningRate: body.learning_rate ?? null,
    batchSize: body.batch_size ?? null,
    accumulation: body.gradient_accumulation ?? null,
    rank: body.rank ?? null,
    alpha: body.alpha ?? null,
    resolutions: body.resolutions ?? null,
    captionDropout: body.caption_dropout ?? null,
    shuffleKept: body.keep_tokens ?? null,
    flip: body.flip ?? null,
    optimizer: body.optimizer ?? null,
    weightDecay: body.weight_decay ?? null,
    ema: body.ema_decay ?? null,
    lrScheduler: body.lr_scheduler ?? null,
    warmupSteps: body.warmup_steps ?? null,
    timesteps: body.timesteps ?? null,
    timestepBias: body.content_or_style ?? null,
    minSnrGamma: body.min_snr_gamma ?? null,
    include: body.only_if_contains ?? null,
    exclude: body.ignore_if_contains ?? null,
    layers: body.layers_regex ?? null,
    seed: seedOf(body.seed),
    checkpointing: body.gradient_checkpointing ?? null,
    preserve: body.preserve ?? null,
    preserveClass: body.preserve_class ?? null,
    saveEvery: body.save_every ?? null,
    keep: body.keep ?? null,
    samples: samplesOf(body),
    sampleSeed: seedOf(body.samples?.seed),
    sampleEvery: body.samples?.every ?? null,
    captions: {
      mode: body.captions?.mode ?? 'file',
      text: body.captions?.text ?? '',
      prefix: body.captions?.prefix ?? '',
      suffix: body.captions?.suffix ?? '',
    },
  };
}

const seedOf = (seed: number | bigint | null | undefined) =>
  seed === undefined || seed === null || seed === -1 ? null : toSeed(seed);

function samplesOf({ samples }: TrainingBody): TrainingRequest['samples'] {
  const prompts = samples?.prompts ?? null;
  if (prompts === null) return null;
  return prompts.map((sample) => ({
    prompt: sample.prompt,
    negativePrompt: 'neg' in sample ? (sample.neg ?? null) : null,
    width: 'width' in sample ? (sample.width ?? null) : null,
    height: 'height' in sample ? (sample.height ?? null) : null,
    steps: 'sample_steps' in sample ? (sample.sample_steps ?? null) : null,
    guidanceScale: 'guidance_scale' in sample ? (sample.guidance_scale ?? null) : null,
    seed: 'seed' in sample ? seedOf(sample.seed) : null,
  }));
}

function sourcesOf({ dataset, folder }: TrainingBody): SetSource[] {
  const items = dataset === undefined || dataset === null ? [] : Array.isArray(dataset) ? dataset : [dataset];
  const sent = items.flatMap((item, index): SetSource[] => {
    if (typeof item === 'string') return [sourceOf(item, null)];
    const name = item.name ?? `picture ${index + 1}`;
    const caption = item.caption ?? '';
    return [
      sourceOf(item.image, name),
      ...(caption === ''
        ? []
        : [{ kind: 'data', text: base64(caption), name: `${withoutExtension(name)}.txt` } as const]),
    ];
  });
  return folder === undefined || folder === null ? sent : [...sent, { kind: 'folder', path: folder }];
}

const sourceOf = (text: string, name: string | null): SetSource =>
  /^https?:/i.test(text) ? { kind: 'url', url: text, name } : { kind: 'data', text, name };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const withoutExtension = (name: string): string => name.replace(/\.[^./]*$/, '');

/** Where a webhook is to be called, if at all. */
export function webhookOf(
  body: TrainingBody,
): Pick<NonNullable<TrainingOrder['webhook']>, 'url' | 'events'> | null {
  const { webhook_url: url, webhook_events: events } = body;
  if (url === undefined || url === null || url === '') return null;
  return { url, events: [...new Set(events ?? usualWebhookEvents)] };
}

export interface TrainingFacts {
  name: string;
  version: VersionRecord | null;
  progress: JobStatus['progress'];
}

export function trainingResponse(
  { row, job }: Training,
  { name, version, progress }: TrainingFacts,
  links: Links,
): TrainingResponse {
  const { plan } = job.task;
  const own = `/v1/trainings/${row.job}`;
  return {
    training_id: row.job,
    model: row.model,
    name,
    version: row.version,
    base: job.model,
    continues: job.task.continues ?? null,
    engine: job.task.engine,
    trigger_word: plan.settings.trigger,
    status: job.state === 'held' ? 'paused' : statusWord(job.state),
    step: row.step,
    steps: row.total,
    loss: row.loss,
    seconds_per_step: row.secondsPerStep,
    pictures: plan.items.length,
    seed: plan.settings.seed,
    progress: progress === null ? null : progressResponse(progress),
    epochs: (version?.epochs ?? []).map(({ number, step, loss, samples }) => ({
      number,
      step,
      loss,
      lora: `${row.model}@${String(step).padStart(6, '0')}`,
      samples: samples.map(({ index }) => ({
        index,
        prompt: plan.samples.find((call) => call.index === index)?.prompt ?? '',
        url: links.toSigned(`${own}/samples/${step}/${index}`),
      })),
    })),
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    ...failureResponse(job.error),
    warnings: job.warnings.map(inNative),
    events_url: links.to(`${own}/events`),
    loss_url: links.to(`${own}/loss`),
    cancel_url: links.to(`${own}/cancel`),
  };
}
