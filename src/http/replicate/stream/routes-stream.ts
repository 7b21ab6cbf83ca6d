import type { FastifyInstance } from 'fastify';
import type { DialectParts } from '../../dialect.ts';
import { findJob } from '../../kit/find-job.ts';
import { followJob } from '../../kit/follow-job.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { fromPredictionId, predictionNotFound } from '../ids.ts';
import { readSentPrediction } from '../sent-prediction.ts';
import { streamPath } from './stream-path.ts';
import { streamWording } from './stream-wording.ts';

/** In a scope of its own, which has no prefix. */
export function addStreamRoute(scope: FastifyInstance, parts: DialectParts): void {
  requireKeyOrSignature(scope, parts.check);
  scope.get<{ Params: { id: string } }>(
    `${streamPath}:id`,
    { schema: { hide: true } },
    async (request, reply) => {
      const { id } = request.params;
      const job = await findJob(parts.jobs, fromPredictionId(id), request);
      const sent = readSentPrediction(job.request);
      if (job.dialect !== parts.dialect || sent === null) throw predictionNotFound(id);
      const words = streamWording(job, sent, parts.linksOf(request));
      return followJob({ request, reply }, job.id, words, parts);
    },
  );
}
