import type { LoraSource } from '../../render/plan.ts';
import type { GuardedFetch } from '../../security/guarded-fetch.ts';
import type { CacheEntry, LoraCache } from '../cache/lora-cache.ts';
import { createRecentAnswers } from '../cache/recent-answers.ts';
import { fetchPeftConfig } from '../sources/peft-folder.ts';
import { type ProbedLora, probeLora } from '../sources/probe-lora.ts';
import { type HubSettings, type RemoteLora, remoteLora } from '../sources/remote-path.ts';
import { isPassing } from '../sources/transfer-lora.ts';
import { invalidLora } from './header/parse-header.ts';
import { readHeader } from './header/read-header.ts';
import type { DescribedLora } from './lora-strength.ts';

export interface LookedAt {
  source: LoraSource;
  lora: DescribedLora;
  fileBytes: number | null;
  isResumable: boolean;
  /** Hash of the content, where it is known before a download. */
  sha256: string | null;
  /** On this machine already. */
  file: string | null;
  warnings: string[];
}

/** Throws LORA_DOWNLOAD_FAILED, LORA_NOT_FOUND or LORA_INVALID. */
export type LookAtLora = (requested: string, hfToken: string | null) => Promise<LookedAt>;

/** A host is not asked about the same file more often: requests may come many at a time. */
const keepMs = 30_000;

/** What is known of a remote LoRA: from its host, of a moment ago at most, and from the cache as it is now. */
export function createLook(
  cache: LoraCache,
  settings: { fetch: GuardedFetch; hub: HubSettings; now?: () => number },
): LookAtLora {
  const { fetch, hub, now = () => performance.now() } = settings;
  const named = createRecentAnswers<RemoteLora>(keepMs, now);
  const seen = createRecentAnswers<Seen>(keepMs, now);
  return async (requested, hfToken) => {
    // An answer to one token is none for another.
    const token = JSON.stringify(hfToken);
    const remote = await named(`${requested} ${token}`, () => remoteLora(requested, hfToken, hub, fetch));
    const probed = await seen(`${remote.url} ${token}`, () => see(remote, cache, fetch));
    const refusal = probed.version === null ? null : await cache.refusal(remote.url, probed.version);
    if (refusal !== null) throw invalidLora(remote.label, refusal);
    const known = await cache.lookUp(remote.url);
    const isSame = known !== null && known.version !== null && known.version === probed.version;
    const sha256 = probed.sha256 ?? (isSame ? known.sha256 : null);
    return {
      source: { url: remote.url, version: probed.version },
      lora: { ...probed.header, peftConfig: probed.peftConfig },
      fileBytes: probed.bytes,
      isResumable: probed.isResumable,
      sha256,
      file: sha256 === null ? null : await cache.find(sha256),
      warnings: probed.warnings,
    };
  };
}

interface Seen extends ProbedLora {
  peftConfig: string | null;
  warnings: string[];
}

async function see(remote: RemoteLora, cache: LoraCache, fetch: GuardedFetch): Promise<Seen> {
  try {
    const probed = await probeLora(remote, fetch);
    const { text, warnings } = await fetchPeftConfig(remote, fetch);
    return { ...probed, peftConfig: text, warnings };
  } catch (error) {
    // What anybody may have, and was here before, is better than an error.
    const known = await cache.lookUp(remote.url);
    const cause = error instanceof Error ? error.cause : undefined;
    if (known === null || known.isPrivate || !isPassing(cause)) throw error;
    return unasked(known, remote.label);
  }
}

/** The host did not answer: the file that it gave before, and a word about it. */
async function unasked(
  { file, sha256, version, peftConfig }: CacheEntry & { file: string },
  label: string,
): Promise<Seen> {
  const header = await readHeader(file, label);
  const warning = `LoRA "${label}": its host does not answer, so the file that was downloaded from there before is used.`;
  return {
    header,
    version,
    validator: null,
    bytes: header.fileBytes,
    sha256,
    isResumable: false,
    peftConfig,
    warnings: [warning],
  };
}
