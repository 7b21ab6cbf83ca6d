import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createLoadedModels } from '../../../render/loaded-models.ts';
import type { DialectParts } from '../../dialect.ts';
import { type SentEvent, sendEvents } from '../../kit/event-stream.ts';
import { heartbeatMs, lastEventId, untilRevoked } from '../../kit/follow-job.ts';
import { errorResponses } from '../error-docs.ts';
import { changedJobs, engineEvent, sheetEvent, toFeedEvent } from '../feed.ts';

const description = `One stream of server-sent events for all that the key may see, an admin all of it. It begins with what happens from now
on, or goes on after \`Last-Event-ID\`; it never ends by itself.

- \`engine\` \`{state, devices}\`: first, and whenever that changes
- \`queued\`, \`started\`, \`progress\`, \`preview\`, \`output\`, \`warning\`, \`ended\`: of renders, as in the stream of one request
- \`sheet\` \`{sheet_id, status, counts, failed_cells}\`: of a contact sheet, when something has become of its requests
- \`training\`, \`import\`, \`replay\`, \`verification\`: the same of other kinds of work, with the name of the event in \`type\`

Each event of work has \`request_id\`, \`kind\`, \`type\` and \`at\`. Read what you show anew after a gap: what was removed meanwhile is not
told.`;

const querystring = z.object({
  last_event_id: z
    .string()
    .optional()
    .meta({ description: 'Same as the header, for clients that cannot set it.' }),
});

/** One stream of all that the asker may see. */
export function addFeedRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { jobs, files, keys, engine, sheets, linksOf, closing, log } = parts;
  const loadedModels = createLoadedModels(parts.catalog);
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/events',
    {
      schema: {
        tags: ['requests'],
        operationId: 'followAll',
        summary: 'Follow everything',
        description,
        querystring,
        headers: z.object({
          'last-event-id': z.string().optional().meta({ description: '`id` of the last event received.' }),
        }),
        response: {
          200: {
            description: 'Events, until the connection ends.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...errorResponses('UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request, reply) => {
      const after = lastEventId(request, request.query.last_event_id);
      const asked = { after, ...(request.seesAll ? {} : { keyId: request.keyId }) };
      const context = { links: linksOf(request), locate: files.locate };
      async function* source(signal: AbortSignal): AsyncGenerator<SentEvent> {
        let told = '';
        for await (const { events, last } of jobs.feed(asked, signal)) {
          for (const event of events) yield toFeedEvent(event, context);
          yield* sheetEvents(changedJobs(events), asked, last);
          const state = engineEvent(engine, loadedModels, last);
          const text = JSON.stringify(state.data);
          if (text !== told) yield state;
          told = text;
        }
      }
      async function* sheetEvents(
        changed: readonly string[],
        { keyId }: { keyId?: string | null },
        last: number,
      ): AsyncGenerator<SentEvent> {
        const ids = await sheets.showing(changed, keyId);
        const counts = await sheets.counts(ids);
        for (const [id, count] of counts) yield sheetEvent(id, count, last);
      }
      const allowed = untilRevoked(request, reply, keys);
      return sendEvents(reply, source, { closing: AbortSignal.any([closing, allowed]), heartbeatMs, log });
    },
  );
}
