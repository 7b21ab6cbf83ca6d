import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import { zipBodySchema } from '../schemas/picture-schema.ts';
import { zipPictures } from '../zip-pictures.ts';

const mostNamed = 5;

/** Pictures to take along. */
export function addZipRoute(scope: FastifyInstance, { jobs, files, catalog }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/outputs/zip',
    {
      schema: {
        tags: ['pictures'],
        operationId: 'zipOutputs',
        summary: 'Pictures as one ZIP file',
        description: 'Up to 2,000, with `recipes.json`: how each was made. It is sent while it is made.',
        body: zipBodySchema,
        response: {
          200: {
            description: 'The ZIP file.',
            content: { 'application/zip': { schema: z.string().meta({ format: 'binary' }) } },
          },
          ...errorResponses(
            ...([
              'OUTPUT_NOT_FOUND',
              'INVALID_REQUEST',
              'UNSUPPORTED_MEDIA_TYPE',
              'PAYLOAD_TOO_LARGE',
            ] as const),
            ...(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const names = request.body.outputs.map(({ request_id, index }) => ({ job: request_id, index }));
      const found = await jobs.outputs.find(names);
      const records = new Map(
        found
          .filter(({ keyId }) => request.seesAll || keyId === request.keyId)
          .map((record) => [`${record.job}/${record.output.index}`, record]),
      );
      const wanted = [...new Set(names.map(({ job, index }) => `${job}/${index}`))];
      const missing = wanted.filter((name) => !records.has(name));
      if (missing.length > 0) throw notFound(missing);
      const stream = zipPictures(
        wanted.flatMap((name) => records.get(name) ?? []),
        { files, catalog },
      );
      return send(reply, stream);
    },
  );
}

const send = (reply: FastifyReply, stream: Readable): FastifyReply =>
  reply
    .header('content-disposition', 'attachment; filename="darkroom.zip"')
    .type('application/zip')
    .send(stream);

function notFound(missing: readonly string[]): DarkroomError {
  const shown = missing.slice(0, mostNamed).map((name) => `"${name}"`);
  const more = missing.length > mostNamed ? `, and ${missing.length - mostNamed} more` : '';
  return new DarkroomError(
    'OUTPUT_NOT_FOUND',
    `There is no output ${shown.join(', ')}${more} (request and index). Leave those out that were removed.`,
    { details: { missing: missing.slice(0, 100) } },
  );
}
