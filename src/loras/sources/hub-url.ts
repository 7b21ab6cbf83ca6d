import { DarkroomError } from '../../errors/darkroom-error.ts';

/**
 * The download URL of `hf:owner/repo/path/to/file.safetensors`, with an optional `@revision` after the repository. A
 * repository without a file is not known here: its files have to be listed first (`hubListUrl`).
 */
export interface HubReference {
  repository: string;
  revision: string;
  file: string | null;
}

const reference = /^hf:([\w.-]+\/[\w.-]+?)(?:@([\w./-]+?))?(?:\/(.+))?$/;

/** Parse an `hf:` path. Throws LORA_NOT_FOUND when it is not of that form. */
export function parseHubReference(path: string): HubReference {
  const match = reference.exec(path);
  const repository = match?.[1];
  if (repository === undefined || path.includes('..')) {
    throw new DarkroomError(
      'LORA_NOT_FOUND',
      `"${path.slice(0, 200)}" is not of the form hf:owner/repo or hf:owner/repo/file.safetensors.`,
    );
  }
  return { repository, revision: match?.[2] ?? 'main', file: match?.[3] ?? null };
}

/** `endpoint` is the hub itself or a mirror of it, without a slash at the end. */
export const hubFileUrl = ({ repository, revision }: HubReference, file: string, endpoint: string): string =>
  `${endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;

export const hubListUrl = ({ repository, revision }: HubReference, endpoint: string): string =>
  `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}`;
