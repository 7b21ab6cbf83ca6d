import type { Job } from '../../jobs/job.ts';
import { type JobEvent, webhookEventOf } from '../../jobs/job-event.ts';
import type { Webhook } from '../../jobs/webhook.ts';
import type { HttpDependencies } from '../dependencies.ts';
import { type Dialect, dialectOfJob } from '../dialect.ts';
import { createLinks, type LinkSetup } from './links.ts';

export interface WebhookWordingParts {
  dialects: readonly Dialect[];
  /** Asked at each call: a server begins to sign its links when it gets its first key. */
  links: () => LinkSetup;
  files: Pick<HttpDependencies['files'], 'locate' | 'read'>;
}

/** What is told answers no request. */
const nowhere = { protocol: 'http', host: '' };

/** What a webhook is told, in the words of the dialect that its request was sent in. */
export function createWebhookWording({ dialects, links, files }: WebhookWordingParts) {
  return (job: Job, webhook: Webhook, event: JobEvent): object | Promise<object> => {
    const setup = links();
    return dialectOfJob(dialects, job).wordEvent({
      job,
      event,
      kind: webhookEventOf(event) ?? 'completed',
      files,
      locate: files.locate,
      links: createLinks({ ...setup, baseUrl: setup.baseUrl ?? webhook.origin }, nowhere),
    });
  };
}
