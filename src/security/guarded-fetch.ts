/**
 * Fetching what a client named by URL: a control image or a LoRA.
 *
 * The URL is hostile until shown otherwise. Every hop (the first and up to five redirects) is checked anew: http or https
 * only, no other credentials than ours, and an address of the public internet, judged at the moment of connecting. Time and
 * size are capped: the time whatever the HTTP client makes of its signal, the size by what arrives, whatever the other side
 * announces. Nothing is decompressed, so no
 * archive can unfold in memory.
 */
import { type Agent, type Dispatcher, errors } from 'undici';
import { createGuardedAgent, type Resolve } from './guarded-agent.ts';
import { orAborted } from './or-aborted.ts';
import { createOutboundPolicy } from './outbound-address.ts';
import { OutboundError } from './outbound-error.ts';
import { checkOutboundUrl, shownUrl } from './outbound-url.ts';

interface GuardedFetchOptions {
  maxBytes: number;
  /** For the whole of it, the body included. */
  timeoutMs: number;
  /** When given, only these hosts and their subdomains, redirects included. */
  allowedHosts?: readonly string[];
  /** Accepted content types, as full names or `image/`-like prefixes. Absent: any. */
  accept?: readonly string[];
  /** Sent to the first host only: a redirect elsewhere never carries them. */
  headers?: Readonly<Record<string, string>>;
  /** The part that is wanted (`range`, `if-range`): no secret, and meant for whoever has the file, so redirects carry it. */
  part?: Readonly<Record<string, string>>;
  /** Statuses that are an answer. Default: 200. */
  statuses?: readonly number[];
  signal?: AbortSignal;
}

export interface GuardedResponse {
  /** After redirects. */
  url: string;
  status: number;
  /** A header of the last answer, by its lowercase name. */
  header: (name: string) => string | null;
  /** The same, from the first answer on the way that has it and came from the host that was asked. */
  ownHeader: (name: string) => string | null;
  contentType: string;
  /** File name of the Content-Disposition header, unchecked, or null. */
  disposition: string | null;
  /** As announced; null when it was not. */
  contentLength: number | null;
  /** Throws OutboundError `too_large`, `timeout` or `unreachable` while being read. Read it whole or break out of the loop. */
  body: AsyncIterable<Uint8Array>;
}

export type GuardedFetch = (url: string, options: GuardedFetchOptions) => Promise<GuardedResponse>;

const maxRedirects = 5;

/** `allow` is the setting OUTBOUND_ALLOW. `resolve` stands in for the system's name lookup in tests. */
export function createGuardedFetch(setup: { allow: readonly string[]; resolve?: Resolve }): GuardedFetch {
  const policy = createOutboundPolicy(setup.allow);
  const agent = createGuardedAgent(policy, setup.resolve);
  return async (text, options) => {
    const first = checkOutboundUrl(text, policy, options.allowedHosts);
    checkHeaders(options.headers ?? {});
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    let url = first;
    const own: Headers[] = [];
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const isOwn = url.origin === first.origin;
      const headers = { ...(isOwn ? options.headers : {}), ...options.part };
      const response = await request(agent, url, headers, { signal, timeout });
      if (isOwn) own.push(response.headers);
      const location = redirectTarget(response);
      if (location === null)
        return { ...accepted(url, response, options, { signal, timeout }), ...headerReaders(response, own) };
      await orAborted(response.body.dump({ limit: 64 * 1024 }), signal).catch((error: unknown) => {
        throw outboundError(error, url, timeout);
      });
      url = checkOutboundUrl(location, policy, options.allowedHosts, url);
    }
    throw new OutboundError(
      'too_many_redirects',
      `${shownUrl(first)} redirects more than ${maxRedirects} times.`,
    );
  };
}

/** The whole body in memory, for files that are small by their `maxBytes`. */
export async function readBody(response: GuardedResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `signal` ends it, of which `timeout` is one part. */
interface Ends {
  signal: AbortSignal;
  timeout: AbortSignal;
}

async function request(
  agent: Agent,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { signal, timeout }: Ends,
): Promise<Dispatcher.ResponseData> {
  const answer = agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'GET',
    headers: { 'user-agent': 'darkroom', 'accept-encoding': 'identity', ...headers },
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
    signal,
  });
  try {
    return await orAborted(answer, signal);
  } catch (error) {
    answer.then(discard, () => {});
    throw outboundError(error, url, timeout);
  }
}

/** Whatever is left of the body is not worth reading; the socket goes with it. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => {}).destroy();
}

/** Throws OutboundError. The HTTP client must never see what cannot be sent: one such header leaves its connection hanging. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers))
    if (!/^[\x20-\x7e]*$/.test(value))
      throw new OutboundError(
        'bad_header',
        `What was to be sent as ${name} has characters that no header takes.`,
      );
}

function redirectTarget(response: Dispatcher.ResponseData): string | null {
  if (![301, 302, 303, 307, 308].includes(response.statusCode)) return null;
  return single(response.headers.location);
}

type Headers = Dispatcher.ResponseData['headers'];

function headerReaders(
  response: Dispatcher.ResponseData,
  own: readonly Headers[],
): Pick<GuardedResponse, 'header' | 'ownHeader'> {
  return {
    header: (name) => single(response.headers[name]),
    ownHeader: (name) => single(own.find((headers) => headers[name] !== undefined)?.[name]),
  };
}

function accepted(
  url: URL,
  response: Dispatcher.ResponseData,
  options: GuardedFetchOptions,
  ends: Ends,
): Omit<GuardedResponse, 'header' | 'ownHeader'> {
  const contentType =
    (single(response.headers['content-type']) ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const announced = Number(single(response.headers['content-length']) ?? Number.NaN);
  const problem = refusal(url, response.statusCode, contentType, announced, options);
  if (problem !== null) {
    discard(response);
    throw problem;
  }
  return {
    url: url.href,
    status: response.statusCode,
    contentType,
    disposition: single(response.headers['content-disposition']),
    contentLength: Number.isFinite(announced) ? announced : null,
    body: capped(response.body, url, options.maxBytes, ends),
  };
}

function refusal(
  url: URL,
  status: number,
  contentType: string,
  announced: number,
  options: GuardedFetchOptions,
): OutboundError | null {
  if (!(options.statuses ?? [200]).includes(status))
    return new OutboundError('bad_status', `${shownUrl(url)} answered ${status}.`, { status });
  if (announced > options.maxBytes) return tooLarge(url, options.maxBytes);
  if (options.accept?.some((type) => contentType.startsWith(type)) === false) {
    return new OutboundError(
      'bad_type',
      `${shownUrl(url)} is ${contentType === '' ? 'of no stated type' : contentType.slice(0, 80)}, not ${options.accept.join(' or ')}.`,
    );
  }
  return null;
}

async function* capped(
  body: Dispatcher.ResponseData['body'],
  url: URL,
  maxBytes: number,
  { signal, timeout }: Ends,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(chunks.next(), signal);
      if (next.done === true) return;
      bytes += next.value.byteLength;
      if (bytes > maxBytes) throw tooLarge(url, maxBytes);
      yield next.value;
    }
  } catch (error) {
    throw outboundError(error, url, timeout);
  } finally {
    body.on('error', () => {}).destroy();
  }
}

/** What a failed call becomes; an abort by the caller stays what it is. */
export function outboundError(error: unknown, url: URL, timeout: AbortSignal): unknown {
  if (error instanceof OutboundError) return error;
  const slow = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  if (timeout.aborted || slow) {
    return new OutboundError('timeout', `${shownUrl(url)} took too long.`, { cause: error });
  }
  if (error instanceof Error && error.name === 'AbortError') return error;
  return new OutboundError('unreachable', `${shownUrl(url)} cannot be reached.`, { cause: error });
}

function tooLarge(url: URL, maxBytes: number): OutboundError {
  return new OutboundError(
    'too_large',
    `${shownUrl(url)} is larger than ${Math.round(maxBytes / 1024 / 102.4) / 10} MiB.`,
  );
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
