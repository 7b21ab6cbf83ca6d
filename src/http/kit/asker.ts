import type { FastifyRequest } from 'fastify';
import type { Asker } from '../../registry/asker.ts';

export type AskingRequest = Pick<FastifyRequest, 'project' | 'keyId' | 'seesAll' | 'onlyPublic'>;

/** Who sent a request, as the registry wants to know it. */
export const askerOf = ({ project, keyId, seesAll, onlyPublic }: AskingRequest): Asker => ({
  project,
  keyId,
  seesAll,
  onlyPublic,
});
