import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EngineStatus } from '../../engines/engine.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { NewJob } from '../../jobs/job.ts';
import type { Accepted } from '../../jobs/queue/accept-jobs.ts';
import type { Webhook } from '../../jobs/webhook.ts';
import type { RenderRequest } from '../../render/request.ts';
import type { DialectParts } from '../dialect.ts';
import { sentRequest } from './sent-request.ts';

/** What a dialect has read of a body. */
export interface Submission {
  request: RenderRequest;
  /** Kept apart from the request, because it must not be stored. */
  hfToken: string | null;
  webhook: Pick<Webhook, 'url' | 'events'> | null;
  /** What was not used of the body itself. */
  warnings: readonly Sentence[];
  /** What is kept of the request, without secrets and pictures, where its body alone does not say it. */
  sent?: unknown;
  /** When it is canceled, if it has not ended by then. */
  cancelAt?: Date | null;
}

type AcceptParts = Pick<DialectParts, 'dialect' | 'jobs' | 'engine' | 'submit' | 'onAccepted' | 'linksOf'> & {
  checkWebhookUrl: (url: string) => void;
};

/**
 * Check and store what a client asks for, or find what it asked for before under the same idempotency key: that is answered
 * before anything is checked, whatever has changed since. `read` is called only for what is new.
 */
export async function acceptRequest(
  http: { request: FastifyRequest; reply: FastifyReply },
  idempotency: NewJob['idempotency'],
  read: () => Submission,
  parts: AcceptParts,
): Promise<Accepted> {
  const { request, reply } = http;
  const { keyId } = request;
  const accepted = (await parts.jobs.replay({ keyId, idempotency })) ?? (await submitNew());
  request.job = accepted.job.id;
  if (accepted.replayed) reply.header('idempotency-replayed', 'true');
  else parts.onAccepted(accepted.job.model);
  return accepted;

  async function submitNew(): Promise<Accepted> {
    assertEngineCanStart(parts.engine.status());
    const { request: asked, hfToken, webhook, warnings, cancelAt, ...rest } = read();
    const { sent = sentRequest(request.body) } = rest;
    if (webhook !== null) parts.checkWebhookUrl(webhook.url);
    const origin = parts.linksOf(request).to('');
    return parts.submit(asked, {
      dialect: parts.dialect,
      project: request.project,
      sent,
      keyId,
      seesAll: request.seesAll,
      idempotency,
      hfToken,
      warnings,
      cancelAt: cancelAt ?? null,
      webhook: webhook === null ? null : { ...webhook, origin },
    });
  }
}

/** An engine that is starting or restarting gets to the work in time; one that cannot start would let it wait for ever. */
export function assertEngineCanStart({ state, reason }: EngineStatus): void {
  if (state !== 'unavailable') return;
  throw new DarkroomError(
    'ENGINE_UNAVAILABLE',
    `The engine cannot start: ${reason ?? 'the server log says why'}. GET /ready says when it can.`,
  );
}
