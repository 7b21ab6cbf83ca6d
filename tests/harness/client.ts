import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { openClient } from '../../src/client/open-client.ts';
import {
  acceptedSchema,
  errorResponseSchema,
  resultResponseSchema,
  statusResponseSchema,
} from '../../src/http/native/schemas/response-schema.ts';
import { logOf, type ServerFacts } from './server.ts';

/** Every answer is parsed with the schema that /openapi.json promises, so a drift fails any test. */
export type Accepted = z.infer<typeof acceptedSchema>;
export type Result = z.infer<typeof resultResponseSchema>;
export type Status = z.infer<typeof statusResponseSchema>;
export type ErrorAnswer = z.infer<typeof errorResponseSchema>['error'] & { status: number };

const finishedWithinMs = 120_000;

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** One JSON call; `body` that is a string is sent as it is. */
export async function call(
  server: ServerFacts,
  method: 'GET' | 'POST' | 'DELETE',
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}${route}`, { method, headers: { ...type, ...headers }, ...sent });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

export async function submit(
  server: ServerFacts,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Accepted> {
  const answer = await call(server, 'POST', '/v1/inference', body, headers);
  if (answer.status !== 200) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
  return acceptedSchema.parse(answer.body);
}

/** What a request that must be refused is answered with. */
export async function refusal(
  server: ServerFacts,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ErrorAnswer> {
  const answer = await call(server, 'POST', '/v1/inference', body, headers);
  if (answer.status === 200) throw new Error(`accepted: ${JSON.stringify(answer.body)}`);
  return { ...errorResponseSchema.parse(answer.body).error, status: answer.status };
}

export async function status(server: ServerFacts, id: string): Promise<Status> {
  return statusResponseSchema.parse(await openClient(server).status(id));
}

export async function result(server: ServerFacts, id: string): Promise<Result> {
  return resultResponseSchema.parse(await openClient(server).result(id));
}

/** Polls until `wanted` holds of the status. */
export async function waitUntil(
  server: ServerFacts,
  id: string,
  wanted: (now: Status) => boolean,
): Promise<Status> {
  const until = Date.now() + finishedWithinMs;
  for (;;) {
    const now = await status(server, id);
    if (wanted(now)) return now;
    if (Date.now() > until) throw new Error(`still ${JSON.stringify(now)}\n${logOf(server).slice(-4000)}`);
    await sleep(60);
  }
}

export const hasEnded = (now: Status): boolean => ['succeeded', 'failed', 'canceled'].includes(now.status);

/** The result once the request has ended, whichever way. */
export async function outcome(server: ServerFacts, id: string): Promise<Result> {
  await waitUntil(server, id, hasEnded);
  return result(server, id);
}

export interface Rendered extends Result {
  /** The files, in the order of the prompts. */
  files: Buffer[];
}

/** Submits, waits, and fetches every file. Throws when the request does not succeed. */
export async function render(server: ServerFacts, body: unknown): Promise<Rendered> {
  const accepted = await submit(server, body);
  const ended = await outcome(server, accepted.request_id);
  if (ended.status !== 'succeeded')
    throw new Error(`${ended.status}: ${ended.error}\n${logOf(server).slice(-4000)}`);
  const urls = [...ended.outputs.images, ...ended.outputs.videos].map((output) => output.url);
  return { ...ended, files: await Promise.all(urls.map(download)) };
}

export const download = async (url: string): Promise<Buffer> =>
  Buffer.from(await openClient({ url: new URL(url).origin }).download(url));
