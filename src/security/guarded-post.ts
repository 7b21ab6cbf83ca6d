import type { Agent } from 'undici';
import { createGuardedAgent, type Resolve } from './guarded-agent.ts';
import { checkHeaders, outboundError } from './guarded-fetch.ts';
import { orAborted } from './or-aborted.ts';
import { createOutboundPolicy } from './outbound-address.ts';
import { OutboundError } from './outbound-error.ts';
import { checkOutboundUrl, shownUrl } from './outbound-url.ts';

interface GuardedPostOptions {
  body: string;
  headers: Readonly<Record<string, string>>;
  /** For the whole of it. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Of the answer that are kept. Default: none. */
  answerBytes?: number;
}

/** The HTTP status of the answer, whatever it is, and its text where that was asked for. */
export type GuardedPost = (
  url: string,
  options: GuardedPostOptions,
) => Promise<{ status: number; text: string }>;

const mostRead = 64 * 1024;

/**
 * Sending to a URL that a client named, under the same guard as fetching from one: see `guarded-fetch.ts`. A redirect is
 * answered with its status and never followed, since it could carry the body to another place. Throws OutboundError, `too_large` for
 * a longer answer than is kept.
 */
export function createGuardedPost(setup: { allow: readonly string[]; resolve?: Resolve }): GuardedPost {
  const policy = createOutboundPolicy(setup.allow);
  const agent: Agent = createGuardedAgent(policy, setup.resolve);
  return async (address, { body, headers, timeoutMs, signal, answerBytes = 0 }) => {
    const url = checkOutboundUrl(address, policy, undefined);
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
      const { statusCode: status, body: answer } = await orAborted(request, ends);
      if (answerBytes > 0) return { status, text: await orAborted(textOf(answer, answerBytes, url), ends) };
      await orAborted(answer.dump({ limit: mostRead }), ends);
      return { status, text: '' };
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw outboundError(error, url, timeout);
    }
  };
}

async function textOf(body: AsyncIterable<Uint8Array>, most: number, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most)
      throw new OutboundError('too_large', `${shownUrl(url)} answered with more than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
