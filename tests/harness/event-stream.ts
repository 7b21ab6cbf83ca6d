import { z } from 'zod';
import { openClient, type RequestEvent } from '../../src/client/open-client.ts';
import type { ServerFacts } from './server.ts';

export type ServerEvent = Omit<RequestEvent, 'data'> & { data: Record<string, unknown> };

/**
 * Reads the events of a request until its end, or until `enough` holds of one of them. `lastEventId` resumes after that event,
 * as a browser does.
 */
export async function readEvents(
  server: ServerFacts,
  request: string,
  { lastEventId, enough }: { lastEventId?: string; enough?: (event: ServerEvent) => boolean } = {},
): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const after = lastEventId === undefined ? {} : { after: lastEventId };
  for await (const { data, ...event } of openClient(server).events(request, after)) {
    const told = { ...event, data: z.record(z.string(), z.unknown()).parse(data) };
    events.push(told);
    if (enough?.(told) === true) break;
  }
  return events;
}
