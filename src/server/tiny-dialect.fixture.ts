/**
 * A second dialect, for tests: its own paths, fields, credential, errors, events and webhooks. It speaks of shots in styles, and
 * has no word for some of what the core can say.
 */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorCodes } from '../errors/codes.ts';
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { LoraField, PromptField, Reference, RequestField } from '../errors/reference.ts';
import { type Sentence, wordDeep, wordSentence } from '../errors/sentence.ts';
import type { Dialect, DialectParts, ToldEvent, WordedProblem } from '../http/dialect.ts';
import { acceptRequest, type Submission } from '../http/kit/accept-request.ts';
import type { SentEvent } from '../http/kit/event-stream.ts';
import { findJob } from '../http/kit/find-job.ts';
import { followJob } from '../http/kit/follow-job.ts';
import { idempotencyOf } from '../http/kit/idempotency.ts';
import { requireKey, requireKeyOrSignature } from '../http/kit/key-check.ts';
import type { Links } from '../http/kit/links.ts';
import { sendOutput } from '../http/kit/send-output.ts';
import { createWebhookUrlCheck } from '../http/kit/webhook-url.ts';
import type { Job } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/job-event.ts';
import { limits } from '../render/limits.ts';
import type { PromptRequest } from '../render/request.ts';
import { toSeed } from '../render/seed.ts';
import { usualFit } from '../render/source-picture.ts';

const whole = ([least, most]: readonly [number, number]) => z.int().min(least).max(most).nullish();
const decimal = ([least, most]: readonly [number, number]) => z.number().min(least).max(most).nullish();
const yes = z.boolean().nullish();
const text = z.string().nullish();

const styleSchema = z.object({
  file: z.string().min(1),
  power: decimal(limits.scale),
  half: z.enum(['calm', 'wild']).nullish(),
});
const shotSchema = z.object({
  words: z.string(),
  word: text,
  without: text,
  across: whole(limits.side),
  down: whole(limits.side),
  passes: whole(limits.steps),
  pull: decimal(limits.guidanceScale),
  rein: decimal(limits.guidanceRescale),
  even: yes,
  power: z.union([z.number(), z.array(z.number())]).nullish(),
  dice: z.int().nullish(),
  method: text,
  stills: whole(limits.numFrames),
  tempo: whole(limits.fps),
  fine: yes,
  photos: z.array(z.string()).default([]),
  photo_use: whole(limits.controlIndex),
  start: text,
  stencil: text,
  change: decimal(limits.strength),
});
const drawSchema = z.object({
  engine: z.string().min(1),
  styles: z.array(styleSchema).default([]),
  bare: z.boolean().default(false),
  shots: z.array(shotSchema).min(1),
  word: text,
  marks: z.boolean().default(false),
  turn: z.enum(['upright', 'as_stored']).nullish(),
  memory: yes,
  fit: yes,
  even: yes,
  token: z.string().max(500).nullish(),
  ring: text,
});
type DrawBody = z.output<typeof drawSchema>;

export const tinyDialect: Dialect = {
  id: 'tiny',
  prefix: '/tiny',
  credential: { header: 'x-tiny-pass', read: (value) => value, challenge: null },
  routes: addTinyRoutes,
  wordProblem,
  wordEvent,
};

function addTinyRoutes(app: FastifyInstance, parts: DialectParts): void {
  app.register(async (scope) => {
    requireKey(scope, parts.check);
    addDrawRoute(scope, parts);
    addTicketRoutes(scope, parts);
  });
  app.register(async (scope) => {
    requireKeyOrSignature(scope, parts.check);
    scope.get<{ Params: { ticket: string; shot: string } }>(
      '/tiny/tickets/:ticket/pictures/:shot',
      async (request, reply) => {
        const { ticket: job, shot: index } = request.params;
        return sendOutput({ request, reply }, { job, index, download: false }, parts);
      },
    );
  });
}

function addDrawRoute(scope: FastifyInstance, parts: DialectParts): void {
  const checkWebhookUrl = createWebhookUrlCheck(parts.config.OUTBOUND_ALLOW);
  scope
    .withTypeProvider<ZodTypeProvider>()
    .post('/tiny/draw', { schema: { body: drawSchema } }, async (request, reply) => {
      const idempotency = idempotencyOf(request.headers['idempotency-key'], request.body, ['token']);
      const read = (): Submission => submissionOf(request.body);
      const { job, position } = await acceptRequest({ request, reply }, idempotency, read, {
        ...parts,
        checkWebhookUrl,
      });
      const feed = parts.linksOf(request).to(`/tiny/tickets/${job.id}/feed`);
      return { ticket: job.id, ahead: position - 1, feed, notes: job.warnings.map(inTiny) };
    });
}

function addTicketRoutes(scope: FastifyInstance, parts: DialectParts): void {
  scope.get<{ Params: { ticket: string } }>('/tiny/tickets/:ticket', async (request) =>
    ticket(await findJob(parts.jobs, request.params.ticket, request), parts.linksOf(request)),
  );
  scope.get<{ Params: { ticket: string } }>('/tiny/tickets/:ticket/feed', async (request, reply) => {
    const { id } = await findJob(parts.jobs, request.params.ticket, request);
    const links = parts.linksOf(request);
    return followJob({ request, reply }, id, (event) => feedEvent(event, links), parts);
  });
}

function submissionOf(body: DrawBody): Submission {
  return {
    request: {
      model: body.engine,
      loras: body.styles.map(({ file, power, half }) => ({
        path: file,
        scale: power ?? 1,
        expert: half === 'wild' ? 'high' : half === 'calm' ? 'low' : null,
      })),
      baseOnly: body.bare,
      prompts: body.shots.map(toPrompt),
      triggerWord: body.word ?? null,
      promptFlags: body.marks,
      seed: null,
      walkSeed: null,
      priority: 0,
      previewEvery: 0,
      output: { format: 'png', quality: 95 },
      controlOrientation: body.turn ?? null,
      options: {
        kvCache: body.memory ?? null,
        matchTargetRes: body.fit ?? null,
        cfgNorm: body.even ?? null,
        tiledDecoding: null,
      },
    },
    hfToken: body.token ?? null,
    webhook: body.ring ? { url: body.ring, events: ['started', 'output', 'completed'] } : null,
    warnings: [],
  };
}

function toPrompt(shot: DrawBody['shots'][number]): PromptRequest {
  return {
    prompt: shot.words,
    triggerWord: shot.word ?? null,
    negativePrompt: shot.without ?? null,
    secondNegativePrompt: null,
    width: shot.across ?? null,
    height: shot.down ?? null,
    steps: shot.passes ?? null,
    guidanceScale: shot.pull ?? null,
    guidanceRescale: shot.rein ?? null,
    cfgNorm: shot.even ?? null,
    scales: shot.power ?? null,
    seed: shot.dice ? toSeed(shot.dice) : null,
    sampler: shot.method ?? null,
    numFrames: shot.stills ?? null,
    fps: shot.tempo ?? null,
    resolution: shot.fine ? 'High' : null,
    controlImages: shot.photos,
    controlIndex: shot.photo_use ?? null,
    source: shot.start
      ? { image: shot.start, mask: shot.stencil ?? null, strength: shot.change ?? null, fit: usualFit }
      : null,
  };
}

/** What it has a word for. */
const requestWords: Partial<Record<RequestField, string>> = {
  loras: 'styles',
  baseOnly: 'bare',
  triggerWord: 'word',
  promptFlags: 'marks',
  controlOrientation: 'turn',
  kvCache: 'memory',
  matchTargetRes: 'fit',
  cfgNorm: 'even',
  webhookUrl: 'ring',
};
const styleWords: Partial<Record<LoraField, string>> = { path: 'file', scale: 'power', expert: 'half' };
const shotWords: Partial<Record<PromptField, string>> = {
  prompt: 'words',
  triggerWord: 'word',
  negativePrompt: 'without',
  guidanceScale: 'pull',
  scales: 'power',
  sampler: 'method',
  numFrames: 'stills',
  fps: 'tempo',
  image: 'start',
  mask: 'stencil',
  strength: 'change',
};

function tinyName(reference: Reference): string | null {
  switch (reference.of) {
    case 'request':
      return requestWords[reference.field] ?? null;
    case 'lora':
      return inList('style', reference.index, reference.field === null ? '' : styleWords[reference.field]);
    case 'prompt':
      return inList('shot', reference.index, reference.field === null ? '' : shotWords[reference.field]);
    case 'controlImage':
      return `photo ${reference.image + 1} of shot ${reference.prompt + 1}`;
    case 'controlImages':
      return 'photos';
    case 'setting': {
      const name = { ...requestWords, ...styleWords }[reference.field];
      const values = reference.values.map((value) => ({ high: 'wild', low: 'calm' })[String(value)] ?? value);
      return name === undefined ? null : `${name}=${values.join('|')}`;
    }
    case 'state':
      return reference.state === 'running' ? 'being drawn' : 'put away';
    case 'place':
      return reference.place === 'credential' ? 'X-Tiny-Pass' : null;
  }
}

function inList(item: string, index: number | null, field: string | undefined): string | null {
  if (field === undefined) return null;
  if (index === null) return field === '' ? `a ${item}` : field;
  return field === '' ? `${item} ${index + 1}` : `${field} of ${item} ${index + 1}`;
}

const inTiny = (sentence: Sentence): string => wordSentence(sentence, tinyName);

const trouble = ({ code, message, details }: ErrorBody) => ({
  trouble: code.toLowerCase().replaceAll('_', ' '),
  says: inTiny(message),
  facts: wordDeep(details ?? {}, tinyName),
});

function wordProblem(problem: ErrorBody): WordedProblem {
  const { status } = errorCodes[problem.code];
  return { status, body: trouble(problem), headers: { 'x-tiny-trouble': 'yes' } };
}

function ticket(job: Job, links: Links): object {
  return {
    ticket: job.id,
    stage: tinyName({ of: 'state', state: job.state }),
    engine: job.model,
    pictures: job.outputs.map(({ index }) => links.toSigned(`/tiny/tickets/${job.id}/pictures/${index}`)),
    notes: job.warnings.map(inTiny),
    went_wrong: job.error === null ? null : trouble(job.error),
  };
}

function feedEvent(event: JobEvent, links: Links): SentEvent | null {
  const sent = (name: string, data: object): SentEvent => ({ event: name, id: String(event.sequence), data });
  switch (event.type) {
    case 'queued':
    case 'preview':
    case 'held':
    case 'epoch':
      return null;
    case 'started':
      return sent('begun', { try: event.attempt });
    case 'progress':
      return sent('pass', { share: event.progress.fraction });
    case 'output':
      return sent('picture', {
        at: links.toSigned(`/tiny/tickets/${event.job}/pictures/${event.output.index}`),
      });
    case 'warning':
      return sent('note', { says: inTiny(event.message) });
    case 'ended':
      return sent('over', { went_wrong: event.error === null ? null : trouble(event.error) });
  }
}

function wordEvent({ kind, job, links }: ToldEvent): object {
  const whats = { started: 'begun', progress: 'pass', output: 'picture', completed: 'over' };
  return { what: whats[kind], about: ticket(job, links) };
}
