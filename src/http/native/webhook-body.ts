import { assertNever } from '../../errors/assert-never.ts';
import type { ToldEvent } from '../dialect.ts';
import { eventData } from './events.ts';
import { resultResponse } from './response.ts';

/** What a webhook is told: `type` and `timestamp`, and under `data` the words of the event stream or of the result. */
export function webhookBody(told: ToldEvent): object {
  return {
    type: `request.${told.kind}`,
    timestamp: told.event.at.toISOString(),
    data: dataOf(told),
  };
}

function dataOf({ kind, job, event, ...context }: ToldEvent): object {
  switch (kind) {
    case 'started':
    case 'progress':
    case 'output':
      return { request_id: job.id, model: job.model, ...eventData(event, context) };
    case 'completed':
      return resultResponse(job, context);
    default:
      return assertNever(kind);
  }
}
