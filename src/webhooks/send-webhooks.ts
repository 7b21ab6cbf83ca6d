/**
 * Tells webhooks what is waiting in the outbox, several at once, beside everything else that this process does: no job waits
 * for a receiver, and a receiver that hangs holds up the others only when there are many like it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Job } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/job-event.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { DeliveryAttempt, TakenDelivery } from '../jobs/outbox/webhook-outbox.ts';
import type { Webhook } from '../jobs/webhook.ts';
import type { GuardedPost } from '../security/guarded-post.ts';
import { OutboundError } from '../security/outbound-error.ts';
import { webhookHeaders } from './sign-webhook.ts';

/** What a webhook is told of an event, in the words of the API that the request came by. */
export type WebhookWording = (job: Job, webhook: Webhook, event: JobEvent) => object | Promise<object>;

export interface WebhookSenderParts {
  jobs: Pick<Jobs, 'get' | 'event' | 'webhooks'>;
  post: GuardedPost;
  secret: string;
  wording: WebhookWording;
  clock: () => Date;
  log: Logger;
}

const mostAtOnce = 16;
const timeoutMs = 10_000;
const recoverEveryMs = 15_000;
const pauseAfterErrorMs = 2_000;

/** Starts to send. The result stops it, and resolves when nothing is on its way any more. */
export function startWebhookSender(parts: WebhookSenderParts): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const running = Promise.all([sendAll(parts, signal), recoverAll(parts, signal)]);
  return async () => {
    stopped.abort();
    await running;
  };
}

async function sendAll(parts: WebhookSenderParts, signal: AbortSignal): Promise<void> {
  const { webhooks } = parts.jobs;
  const onTheWay = new Set<Promise<void>>();
  while (!signal.aborted) {
    try {
      const rings = webhooks.bell.rings();
      const taken = await webhooks.take(mostAtOnce - onTheWay.size);
      for (const delivery of taken) {
        const sent = send(parts, delivery, signal).finally(() => onTheWay.delete(sent));
        onTheWay.add(sent);
      }
      if (onTheWay.size >= mostAtOnce) await Promise.race(onTheWay);
      else if (taken.length === 0) await webhooks.bell.wait(rings, signal);
    } catch (error) {
      parts.log.error({ err: error }, 'the waiting webhooks could not be read; trying again');
      await sleep(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
    }
  }
  await Promise.all(onTheWay);
}

async function recoverAll({ jobs, log }: WebhookSenderParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await jobs.webhooks
      .recover()
      .catch((error: unknown) => log.warn({ err: error }, 'lost webhooks could not be looked for'));
    await sleep(recoverEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Never rejects: what cannot even be recorded stays taken, and is given to another sender later. */
async function send(parts: WebhookSenderParts, delivery: TakenDelivery, signal: AbortSignal): Promise<void> {
  const { jobs, log } = parts;
  const { job: id, sequence } = delivery;
  try {
    const attempt = await tryOnce(parts, delivery, signal);
    await jobs.webhooks.settle(delivery, attempt);
    const { state, responseStatus, error } = attempt;
    log.info({ job: id, sequence, state, responseStatus, error }, 'webhook called');
  } catch (error) {
    log.error({ err: error, job: id, sequence }, 'a webhook could not be called');
  }
}

async function tryOnce(
  parts: WebhookSenderParts,
  { job: id, sequence, isLast }: TakenDelivery,
  signal: AbortSignal,
): Promise<DeliveryAttempt> {
  const { jobs, post, secret, wording, clock } = parts;
  const [job, event] = [await jobs.get(id), await jobs.event(id, sequence)];
  const at = clock();
  if (job === null || job.webhook === null || event === null) {
    return { state: 'failed', responseStatus: null, error: 'The request was removed.', at };
  }
  const body = JSON.stringify(await wording(job, job.webhook, event));
  const headers = webhookHeaders(secret, { id: messageId(id, sequence), at, body });
  // How far it was is no news later.
  const isFinal = isLast || event.type === 'progress';
  try {
    const { status } = await post(job.webhook.url, { body, headers, timeoutMs, signal });
    return { ...judge(status, isFinal), responseStatus: status, at };
  } catch (error) {
    return { ...failure(error, isFinal), responseStatus: null, at };
  }
}

/** The same for every attempt at one event, so that a receiver can tell a repetition. */
export const messageId = (job: string, sequence: number): string => `msg_${job}_${sequence}`;

/** 410 is how a receiver says that it wants no more. */
function judge(status: number, isLast: boolean): Pick<DeliveryAttempt, 'state' | 'error'> {
  if (status >= 200 && status < 300) return { state: 'delivered', error: null };
  const note = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return { state: status === 410 || isLast ? 'failed' : 'pending', error: `It answered ${status}${note}.` };
}

/** What the guard refuses it will refuse again; everything else may pass. */
function failure(error: unknown, isLast: boolean): Pick<DeliveryAttempt, 'state' | 'error'> {
  if (!(error instanceof OutboundError)) {
    return { state: 'pending', error: 'The server was stopped while it was being called.' };
  }
  const isFinal = error.problem === 'refused_address' || error.problem === 'bad_url';
  return { state: isFinal || isLast ? 'failed' : 'pending', error: error.message };
}
