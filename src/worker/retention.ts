/**
 * Removes what is older than RETENTION_HOURS, the oldest of what is more than RETENTION_GB, and downloaded LoRAs beyond
 * LORA_CACHE_GB, in small batches, so that it does not hold up requests.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { jobPrefix } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { trimLoraCache } from '../loras/cache/trim-lora-cache.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { removeUnusedBlobs, type WhileUnkept } from './remove-unused-blobs.ts';
import type { RequestTokens } from './request-tokens.ts';

const everyMs = 60_000;
const sweepEveryMs = 60 * 60_000;
const batch = 20;

export interface RetentionParts {
  jobs: Pick<Jobs, 'states' | 'removeFinished' | 'outputBytes' | 'filesInUse' | 'fileUse'>;
  tokens: Pick<RequestTokens, 'removeEnded'>;
  files: Pick<FileStore, 'list' | 'remove' | 'removeUnchanged'>;
  config: Pick<
    Config,
    | 'RETENTION_HOURS'
    | 'RETENTION_GB'
    | 'LORA_CACHE_GB'
    | 'downloadsFolder'
    | 'scratchFolder'
    | 'trainingsFolder'
    | 'KEEP_STATE_DAYS'
  >;
  /** Of the registry. */
  whileUnkept: WhileUnkept;
  sweepRegistry: () => Promise<unknown>;
  /** Remove contact sheets from before a moment of which nothing is left. */
  sweepSheets: (before: Date) => Promise<number>;
  clock: () => Date;
  log: Logger;
}

/** Runs every minute until stopped. */
export function startRetention(parts: RetentionParts): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  let sweptAt = Number.NEGATIVE_INFINITY;
  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < sweepEveryMs) return;
    sweptAt = performance.now();
    await parts
      .sweepRegistry()
      .catch((error: unknown) => parts.log.error({ err: error }, 'the registry could not be swept'));
  }
  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await sweep();
      await removeExpired(parts, stopped.signal).catch((error: unknown) =>
        parts.log.error({ err: error }, 'old requests could not be removed'),
      );
      await sleep(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
    }
  }
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/**
 * Remove finished jobs with their files, as RETENTION_HOURS and RETENTION_GB say, scratch files of jobs that have ended, and LoRAs
 * that exceed the cache. Returns how many jobs were removed.
 */
export async function removeExpired(parts: RetentionParts, signal: AbortSignal): Promise<number> {
  const { config, clock, log } = parts;
  await removeLeftovers(parts);
  await parts.tokens.removeEnded(clock());
  await removeUnusedBlobs(parts);
  const old = config.RETENTION_HOURS === 0 ? 0 : await removeOld(parts, signal);
  if (old > 0) log.info({ removed: old }, 'requests older than RETENTION_HOURS were removed');
  const many = config.RETENTION_GB === 0 ? 0 : await removeTooMany(parts, signal);
  if (old + many > 0) await parts.sweepSheets(clock());
  await trimCache(parts);
  if (many > 0) log.info({ removed: many }, 'the oldest requests beyond RETENTION_GB were removed');
  return old + many;
}

async function trimCache({ jobs, config, clock, log }: RetentionParts): Promise<void> {
  const { LORA_CACHE_GB, downloadsFolder: folder } = config;
  const maxBytes = LORA_CACHE_GB === 0 ? Number.POSITIVE_INFINITY : LORA_CACHE_GB * 1e9;
  const removed = await trimLoraCache({ folder, maxBytes, inUse: jobs.filesInUse, now: clock() });
  if (removed > 0) log.info({ removed }, 'downloaded LoRAs beyond LORA_CACHE_GB were removed');
}

async function removeOld(parts: RetentionParts, signal: AbortSignal): Promise<number> {
  const { jobs, files, config, clock } = parts;
  const before = new Date(clock().getTime() - config.RETENTION_HOURS * 60 * 60 * 1000);
  for (let removed = 0; ; ) {
    const count = await jobs.removeFinished(before, batch, (id) => files.remove(jobPrefix(id)));
    removed += count;
    if (count < batch || signal.aborted) return removed;
  }
}

async function removeTooMany(parts: RetentionParts, signal: AbortSignal): Promise<number> {
  const { jobs, files, config, clock } = parts;
  let excess = (await jobs.outputBytes()) - config.RETENTION_GB * 1e9;
  const removeFiles = async (id: string): Promise<void> => {
    excess -= await jobs.outputBytes(id);
    await files.remove(jobPrefix(id));
  };
  for (let removed = 0; ; removed += 1) {
    if (excess <= 0 || signal.aborted) return removed;
    if ((await jobs.removeFinished(clock(), 1, removeFiles)) === 0) return removed;
  }
}
