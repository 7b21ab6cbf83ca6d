/** A client that wants to be told of its request, instead of asking. */
import { z } from 'zod';

/** `progress` is told at most twice a second, and one that does not arrive is not told again. */
export const webhookEvents = ['started', 'progress', 'output', 'completed'] as const;
/** Those of a request that does not say. */
export const usualWebhookEvents = ['started', 'output', 'completed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const webhookSchema = z.object({
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  /** Where the request was sent to, for the URLs in what is told: `https://host`, with the path that a proxy has the server under. */
  origin: z.string(),
});
export type Webhook = z.infer<typeof webhookSchema>;
