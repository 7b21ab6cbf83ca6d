import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { DialectParts } from '../dialect.ts';
import { modelAnswer, type modelSchema } from './model-answer.ts';
import { runCounts } from './run-counts.ts';
import { namesOf, servedModels } from './served-model.ts';

/** In their order. Base models that predictions cannot use are left out; those of people are shown in any case. */
export async function shownModels(
  records: readonly ModelRecord[],
  request: FastifyRequest,
  parts: DialectParts,
): Promise<z.input<typeof modelSchema>[]> {
  const models = await servedModels(records, parts);
  const runs = await runCounts(models, parts);
  const served = new Map(models.map((model) => [model.record.id, model]));
  const links = parts.linksOf(request);
  return records.flatMap((record) => {
    const model = served.get(record.id) ?? null;
    return model === null && record.isBase
      ? []
      : [modelAnswer(namesOf(record), model, { links, runs: runs.get(record.id) ?? 0 })];
  });
}
