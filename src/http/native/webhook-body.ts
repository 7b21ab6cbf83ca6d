import { assertNever } from '../../errors/assert-never.ts';
import type { Job } from '../../jobs/job.ts';
import { type JobEvent, webhookEventOf } from '../../jobs/job-event.ts';
import type { Webhook, WebhookEvent } from '../../jobs/webhook.ts';
import { createLinks, type LinkSetup } from '../kit/links.ts';
import { eventData } from './events.ts';
import { type AnswerContext, resultResponse } from './response.ts';

export interface WebhookBodySetup {
  /** Asked at each call: a server begins to sign its links when it gets its first key. */
  links: () => LinkSetup;
  locate: AnswerContext['locate'];
}

/** What a webhook is told: `type` and `timestamp`, and under `data` the words of the event stream or of the result. */
export function createWebhookBody({ links, locate }: WebhookBodySetup) {
  return (job: Job, webhook: Webhook, event: JobEvent): object => {
    const { protocol, host } = new URL(webhook.origin);
    const context = { links: createLinks(links(), { protocol: protocol.slice(0, -1), host }), locate };
    const kind = webhookEventOf(event) ?? 'completed';
    return {
      type: `request.${kind}`,
      timestamp: event.at.toISOString(),
      data: dataOf(kind, job, event, context),
    };
  };
}

function dataOf(kind: WebhookEvent, job: Job, event: JobEvent, context: AnswerContext): object {
  switch (kind) {
    case 'started':
    case 'output':
      return { request_id: job.id, model: job.model, ...eventData(event, context) };
    case 'completed':
      return resultResponse(job, context);
    default:
      return assertNever(kind);
  }
}
