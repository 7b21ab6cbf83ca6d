/** The fields of a body that say where to tell of it. */
import { z } from 'zod';
import type { Webhook } from '../../jobs/webhook.ts';
import { webhookFilters } from './sent-prediction.ts';

export const webhookFields = {
  webhook: z.url().max(2000).optional(),
  webhook_events_filter: z.array(z.enum(webhookFilters)).min(1).optional(),
  webhook_completed: z
    .url()
    .max(2000)
    .optional()
    .meta({ description: 'Older name of a webhook for `completed`.' }),
};

type Fields = z.output<z.ZodObject<typeof webhookFields>>;
type Filter = (typeof webhookFilters)[number];

/** What is to be told of: all, if the body does not say. */
export const askedEvents = ({
  webhook,
  webhook_events_filter: filter,
  webhook_completed: old,
}: Fields): Filter[] =>
  webhook === undefined && old !== undefined ? ['completed'] : (filter ?? [...webhookFilters]);

const coreEvents = { start: 'started', output: 'output', logs: 'progress', completed: 'completed' } as const;

export function webhookOf(body: Fields): Pick<Webhook, 'url' | 'events'> | null {
  const url = body.webhook ?? body.webhook_completed;
  return url === undefined ? null : { url, events: askedEvents(body).map((event) => coreEvents[event]) };
}
