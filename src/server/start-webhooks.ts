import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { FileStore } from '../files/file-store.ts';
import type { UrlSigner } from '../files/signed-url.ts';
import type { Dialect } from '../http/dialect.ts';
import { createWebhookWording } from '../http/kit/webhook-wording.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Keys } from '../keys/open-keys.ts';
import { createGuardedPost } from '../security/guarded-post.ts';
import { startWebhookSender } from '../webhooks/send-webhooks.ts';

export interface WebhookOptions {
  dialects: readonly Dialect[];
  jobs: Jobs;
  keys: Keys;
  files: FileStore;
  urlSigner: UrlSigner;
  secret: string;
  config: Config;
  clock: () => Date;
  log: Logger;
}

/** Starts to call webhooks. The result stops it. */
export function startWebhooks(options: WebhookOptions): () => Promise<void> {
  const { dialects, jobs, keys, files, urlSigner, secret, config, clock, log } = options;
  const wording = createWebhookWording({
    dialects,
    links: () => ({ baseUrl: config.BASE_URL, signer: keys.required ? urlSigner : null, clock }),
    files,
  });
  const post = createGuardedPost({ allow: config.OUTBOUND_ALLOW });
  return startWebhookSender({ jobs, post, secret, wording, clock, log });
}
