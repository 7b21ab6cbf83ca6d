import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { findStatus } from '../../kit/find-job.ts';
import { followJob } from '../../kit/follow-job.ts';
import { errorResponses } from '../error-docs.ts';
import { toSentEvent } from '../events.ts';
import { requestParams } from '../schemas/response-schema.ts';

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

export function addEventsRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { jobs, files, linksOf } = parts;
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
      const context = { links: linksOf(request), locate: files.locate };
      const resumed = request.query.last_event_id;
      return followJob({ request, reply, resumed }, job.id, (event) => toSentEvent(event, context), parts);
    },
  );
}
