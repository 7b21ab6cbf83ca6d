import type { FastifyRequest } from 'fastify';
import type { Asker } from '../../registry/asker.ts';

/** Who sent a request, as the registry wants to know it. */
export const askerOf = ({
  project,
  keyId,
  seesAll,
}: Pick<FastifyRequest, 'project' | 'keyId' | 'seesAll'>): Asker => ({ project, keyId, seesAll });
