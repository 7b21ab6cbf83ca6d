/** The server's API, typed by its own OpenAPI document. The session's cookie goes along by itself. */
import createClient from 'openapi-fetch';
import type { operations, paths } from '../../../src/client/api.ts';
import { problemOf } from './problem.ts';

export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' });

/** What an operation answers with when all is well. */
export type Answer<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

/** What an operation takes. */
export type Sent<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

interface Settled<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

/** The body of an answer. Throws an ApiProblem for a refusal, and what `fetch` throws where there is no answer. */
export async function unwrap<Data>(asked: Promise<Settled<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (data === undefined || !response.ok) throw problemOf(response, error);
  return data;
}
