import type { Agent } from 'undici';
import { createGuardedAgent, type Resolve } from './guarded-agent.ts';
import { checkHeaders, outboundError } from './guarded-fetch.ts';
import { orAborted } from './or-aborted.ts';
import { createOutboundPolicy } from './outbound-address.ts';
import { checkOutboundUrl } from './outbound-url.ts';

interface GuardedPostOptions {
  body: string;
  headers: Readonly<Record<string, string>>;
  /** For the whole of it. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** The HTTP status of the answer, whatever it is. */
export type GuardedPost = (url: string, options: GuardedPostOptions) => Promise<number>;

const mostRead = 64 * 1024;

/**
 * Sending to a URL that a client named, under the same guard as fetching from one: see `guarded-fetch.ts`. A redirect is
 * answered with its status and never followed, since it could carry the body to another place. Of the answer nothing is
 * kept. Throws OutboundError.
 */
export function createGuardedPost(setup: { allow: readonly string[]; resolve?: Resolve }): GuardedPost {
  const policy = createOutboundPolicy(setup.allow);
  const agent: Agent = createGuardedAgent(policy, setup.resolve);
  return async (text, { body, headers, timeoutMs, signal }) => {
    const url = checkOutboundUrl(text, policy, undefined);
    checkHeaders(headers);
    const timeout = AbortSignal.timeout(timeoutMs);
    const ends = AbortSignal.any([timeout, signal]);
    try {
      const request = agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { 'user-agent': 'darkroom', 'content-type': 'application/json', ...headers },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: ends,
      });
      const answer = await orAborted(request, ends);
      await orAborted(answer.body.dump({ limit: mostRead }), ends);
      return answer.statusCode;
    } catch (error) {
      throw outboundError(error, url, timeout);
    }
  };
}
