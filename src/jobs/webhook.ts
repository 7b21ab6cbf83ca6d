/** A client that wants to be told of its request, instead of asking. */
import { z } from 'zod';
import type { JobEventBody } from './job-event.ts';

export const webhookEvents = ['started', 'output', 'completed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const webhookSchema = z.object({
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  /** Where the request was sent to, for the URLs in what is told: `https://host`. */
  origin: z.string(),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** Which event of a webhook this is, if any. Of several starts, after crashes, only the first is told. */
export function webhookEventOf(body: JobEventBody): WebhookEvent | null {
  switch (body.type) {
    case 'started':
      return body.attempt === 1 ? 'started' : null;
    case 'output':
      return 'output';
    case 'ended':
      return 'completed';
    case 'queued':
    case 'progress':
    case 'preview':
    case 'warning':
      return null;
  }
}
