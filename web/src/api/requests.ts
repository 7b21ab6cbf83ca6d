import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, type Sent, unwrap } from './client.ts';
import { problemOf } from './problem.ts';

export type InferenceRequest = Sent<'createInference'>;
export type RequestRow = Answer<'listRequests'>['requests'][number];

/** Sends a request once, however often the network makes it repeat. */
export const submit = (body: InferenceRequest, idempotencyKey: string) =>
  unwrap(api.POST('/v1/inference', { body, headers: { 'Idempotency-Key': idempotencyKey } }));

export const cancel = (request_id: string) =>
  unwrap(api.POST('/v1/requests/{request_id}/cancel', { params: { path: { request_id } } }));

export const resultQuery = (request_id: string) =>
  queryOptions({
    queryKey: ['requests', request_id, 'result'],
    queryFn: () => unwrap(api.GET('/v1/requests/{request_id}/result', { params: { path: { request_id } } })),
  });

export const statusOf = (request_id: string) =>
  unwrap(api.GET('/v1/requests/{request_id}/status', { params: { path: { request_id } } }));

export const requestsQuery = queryOptions({
  queryKey: ['requests', 'list'],
  queryFn: async () =>
    (await unwrap(api.GET('/v1/requests', { params: { query: { limit: 100 } } }))).requests,
});

/** The same request once more, as it was sent. Tokens and pictures were not kept, so one that had them may be refused. */
export async function submitAgain(request_id: string): Promise<void> {
  const { request } = await unwrap(
    api.GET('/v1/requests/{request_id}', { params: { path: { request_id } } }),
  );
  // What was accepted once is sent as it was, whatever is in it.
  const answer = await fetch('/v1/inference', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify(request),
  });
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => null));
}
