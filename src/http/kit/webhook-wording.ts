import type { Job } from '../../jobs/job.ts';
import { type JobEvent, webhookEventOf } from '../../jobs/job-event.ts';
import type { Webhook } from '../../jobs/webhook.ts';
import { type Dialect, dialectOfJob, type ToldEvent } from '../dialect.ts';
import { createLinks, type LinkSetup } from './links.ts';

export interface WebhookWordingParts {
  dialects: readonly Dialect[];
  /** Asked at each call: a server begins to sign its links when it gets its first key. */
  links: () => LinkSetup;
  locate: ToldEvent['locate'];
}

/** What a webhook is told, in the words of the dialect that its request was sent in. */
export function createWebhookWording({ dialects, links, locate }: WebhookWordingParts) {
  return (job: Job, webhook: Webhook, event: JobEvent): object => {
    const { protocol, host } = new URL(webhook.origin);
    return dialectOfJob(dialects, job).wordEvent({
      job,
      event,
      kind: webhookEventOf(event) ?? 'completed',
      locate,
      links: createLinks(links(), { protocol: protocol.slice(0, -1), host }),
    });
  };
}
