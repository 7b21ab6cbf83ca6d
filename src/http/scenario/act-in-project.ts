import { type Asker, projectOf } from '../../registry/asker.ts';
import { type AskingRequest, askerOf } from '../kit/asker.ts';

/**
 * Who asks, in the project that the query names. Whoever names one acts in that project alone, also an admin, who sees all
 * without it. Throws FORBIDDEN for a project that the key does not act in.
 */
export function askerIn(request: AskingRequest, { projectId }: { projectId?: string | undefined }): Asker {
  const asker = askerOf(request);
  return projectId === undefined ? asker : { ...asker, project: projectOf(asker, projectId), seesAll: false };
}
