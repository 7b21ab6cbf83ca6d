import type { FastifyRequest } from 'fastify';
import type { Asker } from '../../../../registry/asker.ts';
import type { Training } from '../../../../training/training-store.ts';
import type { DialectParts } from '../../../dialect.ts';
import { errorResponses } from '../../error-docs.ts';
import { trainingResponse } from '../../training.ts';

/** What the routes of trainings have in common. */
export const trainingTags = ['trainings'];
export const trainingErrors = errorResponses(
  'TRAINING_NOT_FOUND',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'INTERNAL',
);

export const askerOf = ({ project, keyId, seesAll }: FastifyRequest): Asker => ({ project, keyId, seesAll });

/** A training with its epochs, and how far it is. */
export async function answerTraining(training: Training, request: FastifyRequest, parts: DialectParts) {
  const { registry, jobs, linksOf } = parts;
  const { row, job } = training;
  const version = row.version === null ? null : await registry.versions.find(row.version);
  const status = await jobs.status(row.job);
  const everyone = { project: job.project, keyId: null, seesAll: true };
  const name = await registry.models.get(everyone, row.model).then(
    (model) => model.name,
    () => row.model,
  );
  return trainingResponse(training, { name, version, progress: status?.progress ?? null }, linksOf(request));
}
