/** Keeps what the page shows up to date: by the stream, or where that does not come, by asking. */
import type { QueryClient } from '@tanstack/react-query';
import { resultQuery, statusOf } from '../api/requests.ts';
import { readLiveEvent } from './live-event.ts';
import { hasEnded, newLiveRequest } from './live-request.ts';
import { hearing, liveNow, putLive, takeEvent, updateLive } from './live-store.ts';
import { followSharedStream } from './shared-stream.ts';

/** Sheets are asked for again once for all that has become of their cells within this time. */
const gatherMs = 400;
/** After so many failures in a row the page asks instead of listening. */
const failuresBeforePolling = 3;
const pollMs = 5000;

/** What to ask for again after an event that is not about a request. */
const keyOf: Readonly<Record<string, string>> = {
  engine: 'ready',
  import: 'loras',
  lora: 'loras',
};

/** Follow all that the session may see until `signal` aborts. */
export function follow(queries: QueryClient, signal: AbortSignal): void {
  const refresh = (...keys: string[]) => void queries.invalidateQueries({ queryKey: keys });
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const refreshSheets = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      refresh('sheets');
    }, gatherMs);
  };
  followSharedStream(
    '/v1/events',
    {
      onEvent(name, data) {
        const event = readLiveEvent(name, data);
        if (event === null) return name === 'sheet' ? refreshSheets() : refresh(keyOf[name] ?? 'trainings');
        takeEvent(event);
        if (event.type === 'output') refresh('outputs');
        if (event.type === 'queued' || event.type === 'started' || event.type === 'ended')
          refresh('requests');
        if (event.type === 'ended') refresh('trainings');
      },
      onState(open, failures) {
        hearing.set(open ? 'live' : failures >= failuresBeforePolling ? 'polling' : 'reconnecting');
      },
      onGap: () => void queries.invalidateQueries(),
    },
    signal,
  );
  const timer = setInterval(() => {
    if (hearing.get() === 'polling') void poll(queries);
  }, pollMs);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    clearTimeout(gathering);
  });
}

async function poll(queries: QueryClient): Promise<void> {
  const open = liveNow().filter((request) => !hasEnded(request));
  await Promise.all(open.map(({ id }) => lookAt(id, queries).catch(() => {})));
  await queries.invalidateQueries();
}

/** What the server says of a request now, in place of events that were missed. */
export async function lookAt(id: string, queries: QueryClient): Promise<void> {
  const status = await statusOf(id);
  const result = await queries.fetchQuery({ ...resultQuery(id), staleTime: 0 });
  const known = liveNow().find((request) => request.id === id) ?? newLiveRequest(id);
  putLive({
    ...known,
    status: status.status,
    progress: status.progress,
    position: status.progress?.position ?? null,
    warnings: status.warnings,
    outputs: [...result.outputs.images, ...result.outputs.videos],
    error: status.error === null ? null : { message: status.error, code: status.error_code ?? 'FAILED' },
  });
  if (hasEnded(status)) updateLive(id, { stopping: false, previews: {} });
}
