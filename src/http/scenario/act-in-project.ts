import type { FastifyRequest } from 'fastify';
import { type Asker, projectOf } from '../../registry/asker.ts';

/**
 * Who asks, in the project that the query names. Whoever names one acts in that project alone, also an admin, who sees all
 * without it. Throws FORBIDDEN for a project that the key does not act in.
 */
export function askerIn(
  { project, keyId, seesAll }: Pick<FastifyRequest, 'project' | 'keyId' | 'seesAll'>,
  { projectId }: { projectId?: string | undefined },
): Asker {
  const asker = { project, keyId, seesAll };
  return projectId === undefined ? asker : { ...asker, project: projectOf(asker, projectId), seesAll: false };
}
