import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job, JobOutput } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/job.ts';
import type { DialectParts } from '../dialect.ts';
import { findJob } from '../kit/find-job.ts';
import { sendFile } from '../kit/send-file.ts';
import { errorResponses } from './error-responses.ts';
import { statusWord } from './response.ts';
import { requestParams } from './response-schema.ts';

const contentTypes: Readonly<Record<JobOutput['format'], string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
};

const file = z.string().meta({ format: 'binary' });
const fileResponse = (description: string) => ({
  description,
  content: Object.fromEntries(Object.values(contentTypes).map((type) => [type, { schema: file }])),
});

const querystring = z.object({
  download: z.string().optional().meta({ description: 'Present: offer the file for saving.' }),
  expires: z.string().optional().meta({ description: 'Part of a signed URL.' }),
  signature: z.string().optional().meta({ description: 'Part of a signed URL.' }),
});

/** The files. Its scope takes a signed URL in place of a key. */
export function addOutputRoute(scope: FastifyInstance, { jobs, artifacts }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/outputs/:index',
    {
      schema: {
        tags: ['requests'],
        operationId: 'getOutput',
        summary: 'A finished picture or video',
        description:
          'Works with an `Authorization` header, or as the signed `url` of a result. Answers range requests, and 304 to a known `ETag`.',
        params: requestParams.extend({
          index: z.string().meta({ description: 'Index of the prompt.', examples: ['0'] }),
        }),
        querystring,
        response: {
          200: fileResponse('The file.'),
          206: fileResponse('The part that the `Range` header asked for.'),
          304: z.null().meta({ description: 'The client has it already.' }),
          ...errorResponses(
            'REQUEST_NOT_FOUND',
            'OUTPUT_NOT_FOUND',
            'RANGE_NOT_SATISFIABLE',
            'UNAUTHORIZED',
            'FORBIDDEN',
            'RATE_LIMITED',
            'INTERNAL',
          ),
        },
      },
    },
    async (request, reply) => {
      const job = await findJob(jobs, request.params.request_id, request);
      const output = findOutput(job, request.params.index);
      return sendFile(request, reply, artifacts, {
        key: output.key,
        bytes: output.bytes,
        sha256: output.sha256,
        contentType: contentTypes[output.format],
        name: path.posix.basename(output.key),
        download: request.query.download !== undefined,
      });
    },
  );
}

function findOutput(job: Job, text: string): JobOutput {
  const output = job.outputs.find(({ index }) => String(index) === text);
  if (output !== undefined) return output;
  const finished = `${job.outputs.length} of ${job.plan.calls.length}`;
  throw new DarkroomError(
    'OUTPUT_NOT_FOUND',
    `The request has no output "${text.slice(0, 20)}"${isTerminal(job.state) ? '' : ' yet'}: it is ${statusWord(job.state)} with ${finished} finished.`,
    { details: { finished: job.outputs.map(({ index }) => index).sort((a, b) => a - b) } },
  );
}
