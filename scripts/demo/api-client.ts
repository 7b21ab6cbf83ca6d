/** The few calls of the HTTP API that the demo makes, with nothing but fetch, as any client would. */
import { z } from 'zod';

const acceptedSchema = z.object({
  request_id: z.string(),
  result_url: z.url(),
  events_url: z.url(),
  warnings: z.array(z.string()),
});
export type Accepted = z.infer<typeof acceptedSchema>;

const resultSchema = z.object({
  status: z.string(),
  error: z.string().nullable(),
  outputs: z.object({ images: z.array(z.object({ index: z.int(), seed: z.int(), url: z.url() })) }),
});
export type Result = z.infer<typeof resultSchema>;

export interface ServerEvent {
  event: string;
  data: unknown;
}

/** POST /v1/inference. Throws an Error with the server's message. */
export async function sendRequest(server: string, body: unknown): Promise<Accepted> {
  const answer = await fetch(`${server}/v1/inference`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${await answer.text()}`);
  return acceptedSchema.parse(await answer.json());
}

/** The server-sent events of a request, until it has ended. */
export async function* followEvents(url: string): AsyncGenerator<ServerEvent> {
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null) throw new Error(`No events from ${url}: ${answer.status}`);
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.flatMap(parseBlock);
  }
}

/** Heartbeats are comments, and have no data. */
function parseBlock(block: string): ServerEvent[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  const data = field('data');
  return data === undefined ? [] : [{ event: field('event') ?? 'message', data: JSON.parse(data) }];
}

export async function fetchResult(accepted: Accepted): Promise<Result> {
  const answer = await fetch(accepted.result_url);
  return resultSchema.parse(await answer.json());
}

export async function download(url: string): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.bytes();
}
