import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Keys } from '../../keys/open-keys.ts';
import type { DialectParts } from '../dialect.ts';
import { type SentEvent, sendEvents } from '../kit/event-stream.ts';
import { findStatus } from '../kit/find-job.ts';
import { errorResponses } from './error-responses.ts';
import { toSentEvent } from './events.ts';
import { requestParams } from './response-schema.ts';

const heartbeatMs = 15_000;

const description = `Server-sent events, from the beginning or after \`Last-Event-ID\`, until the request has ended:

- \`queued\` \`{position}\`: place in the queue; 1 is next
- \`started\` \`{attempt}\`
- \`progress\` \`{phase, prompt, prompts, step, total, fraction, eta_seconds}\`
- \`preview\` \`{prompt, step, width, height, image}\`: a small PNG as a data URL, when \`preview_every\` asks for it
- \`output\` \`{image}\` or \`{video}\`: as in the result, as soon as each is stored
- \`warning\` \`{message}\`
- \`ended\` \`{status, error, error_code, error_details, result_url}\`: the last one

Each has \`request_id\` and \`at\` too. With curl: \`curl -N <events_url>\`.`;

const querystring = z.object({
  last_event_id: z
    .string()
    .optional()
    .meta({ description: 'Same as the header, for clients that cannot set it.' }),
});

export function addEventsRoute(scope: FastifyInstance, dependencies: DialectParts): void {
  const { jobs, artifacts, linksOf, closing, log, keys } = dependencies;
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/events',
    {
      schema: {
        tags: ['requests'],
        operationId: 'followRequest',
        summary: 'Follow a request',
        description,
        params: requestParams,
        querystring,
        headers: z.object({
          'last-event-id': z.string().optional().meta({ description: '`id` of the last event received.' }),
        }),
        response: {
          200: {
            description: 'Events, until the request has ended.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...errorResponses('REQUEST_NOT_FOUND', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request, reply) => {
      const job = await findStatus(jobs, request.params.request_id, request);
      const context = { links: linksOf(request), locate: artifacts.locate };
      const after = lastEventId(request, request.query.last_event_id);
      async function* source(signal: AbortSignal): AsyncGenerator<SentEvent> {
        for await (const event of jobs.events(job.id, after, signal)) yield toSentEvent(event, context);
      }
      const allowed = untilRevoked(request, reply, keys);
      return sendEvents(reply, source, { closing: AbortSignal.any([closing, allowed]), heartbeatMs, log });
    },
  );
}

/** Aborts when the key that the request came with is revoked. */
function untilRevoked(
  { keyId }: Pick<FastifyRequest, 'keyId'>,
  reply: FastifyReply,
  keys: Pick<Keys, 'works' | 'onChange'>,
): AbortSignal {
  const revoked = new AbortController();
  const stop = keys.onChange(() => {
    if (keyId !== null && !keys.works(keyId)) revoked.abort();
  });
  reply.raw.once('close', stop);
  return revoked.signal;
}

/** 0, which is before the first event, when there is none or it is not one of ours. */
function lastEventId(request: Pick<FastifyRequest, 'headers'>, query: string | undefined): number {
  const header = request.headers['last-event-id'];
  const text = typeof header === 'string' ? header : (query ?? '');
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
