/**
 * The client of the HTTP API: for the command line, the demo, the chaos run and the tests, and for programs of others, who import
 * it as `darkroom/client`. Every route is in `api`, typed by the OpenAPI document that the server gives out; the functions beside
 * it are what most programs do, and throw instead of answering with an error.
 *
 *   const client = openClient({ url: 'http://localhost:8000' });
 *   const { request_id } = await client.submit({ model: 'flux', loras: [{ path: 'neon.safetensors' }], prompts: [{ prompt }] });
 *   const { outputs } = await client.wait(request_id);
 *   const picture = await client.download(outputs.images[0].url);
 *
 * It runs on Node, sends by `fetch`, and holds no connection of its own: there is nothing to close.
 */
import createApi, { type Client as Api } from 'openapi-fetch';
import type { operations, paths } from './api.ts';
import { DarkroomApiError } from './api-error.ts';
import { type EventOptions, followEvents, type RequestEvent } from './events.ts';

export type { EventOptions, RequestEvent };
export { DarkroomApiError };

export interface ClientOptions {
  /** Of the server, with the path prefix that it is under, if any. */
  url: string;
  apiKey?: string | undefined;
  /** In the place of the global one: a proxy, a test. */
  fetch?: typeof globalThis.fetch;
  /** Ends every call. */
  signal?: AbortSignal;
}

export type InferenceRequest = NonNullable<
  operations['createInference']['requestBody']
>['content']['application/json'];
type Answer<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;
export type Accepted = Answer<'createInference'>;
export type Status = Answer<'getStatus'>;
export type Result = Answer<'getResult'>;

export interface Client {
  /** All routes. Calls resolve with `{ data }` or `{ error }`, and never throw for what the server says. */
  api: Api<paths>;
  /** With the same `idempotencyKey` a request is accepted once, however often it is sent. */
  submit(request: InferenceRequest, options?: { idempotencyKey?: string }): Promise<Accepted>;
  status(request: string): Promise<Status>;
  result(request: string): Promise<Result>;
  cancel(request: string): Promise<Status>;
  /** Reconnects where the stream breaks; ends after the event `ended`. */
  events(request: string, options?: EventOptions): AsyncGenerator<RequestEvent, void, void>;
  /** The result once the request has ended, whichever way: look at its `status`. */
  wait(request: string, options?: EventOptions): Promise<Result>;
  /** The bytes of an output, by the URL in the result. */
  download(url: string): Promise<Uint8Array>;
}

/** Every function throws a DarkroomApiError for what the server refuses, and what `fetch` throws when there is no answer. */
export function openClient({ url, apiKey, signal, fetch: given }: ClientOptions): Client {
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const baseUrl = url.replace(/\/+$/, '');
  const send = given ?? globalThis.fetch;
  const api = createApi<paths>({
    baseUrl,
    headers,
    ...(signal && { signal }),
    fetch: (request) => send(request),
  });
  const at = (request_id: string) => ({ params: { path: { request_id } } });

  async function openEvents(id: string, after: string | undefined, stop?: AbortSignal): Promise<Response> {
    const answer = await send(`${baseUrl}/v1/requests/${encodeURIComponent(id)}/events`, {
      headers: { ...headers, ...(after === undefined ? {} : { 'last-event-id': after }) },
      ...(stop && { signal: stop }),
    });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }

  const events: Client['events'] = (id, options = {}) => {
    const stops = [options.signal, signal].filter((each) => each !== undefined);
    const stop = stops.length === 0 ? {} : { signal: AbortSignal.any(stops) };
    return followEvents((after, ends) => openEvents(id, after, ends), baseUrl, { ...options, ...stop });
  };
  const result: Client['result'] = async (id) =>
    must(await api.GET('/v1/requests/{request_id}/result', at(id)));

  return {
    api,
    submit: async (body, { idempotencyKey } = {}) => {
      const key = idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } };
      return must(await api.POST('/v1/inference', { body, ...key }));
    },
    status: async (id) => must(await api.GET('/v1/requests/{request_id}/status', at(id))),
    result,
    cancel: async (id) => must(await api.POST('/v1/requests/{request_id}/cancel', at(id))),
    events,
    wait: async (id, options) => {
      for await (const _ of events(id, options));
      return result(id);
    },
    download: async (address) => {
      const isOurs = address.startsWith(`${baseUrl}/`);
      const answer = await send(address, { ...(isOurs && { headers }), ...(signal && { signal }) });
      if (!answer.ok) throw await refusal(answer);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
}

function must<Data>({ data, error, response }: { data?: Data; error?: unknown; response: Response }): Data {
  if (data === undefined) throw new DarkroomApiError(response, error);
  return data;
}

async function refusal(answer: Response): Promise<DarkroomApiError> {
  return new DarkroomApiError(answer, await answer.json().catch(() => null));
}
