import type { ServerFacts } from './server.ts';

export interface ServerEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/**
 * Reads the events of a request until the stream ends, or until `enough` holds of one of them. `lastEventId` resumes after
 * that event, as a browser does.
 */
export async function readEvents(
  server: ServerFacts,
  request: string,
  { lastEventId, enough }: { lastEventId?: string; enough?: (event: ServerEvent) => boolean } = {},
): Promise<ServerEvent[]> {
  const abort = new AbortController();
  const answer = await fetch(`${server.url}/v1/requests/${request}/events`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: abort.signal,
  });
  if (answer.body === null || answer.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    throw new Error(`not an event stream: ${answer.status} ${await answer.text()}`);
  const events: ServerEvent[] = [];
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const event of blocks.flatMap(parseBlock)) {
      events.push(event);
      if (enough?.(event) !== true) continue;
      abort.abort();
      return events;
    }
  }
  return events;
}

function parseBlock(block: string): ServerEvent[] {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data: JSON.parse(data) }];
}
