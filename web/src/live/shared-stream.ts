/**
 * One stream of events for a browser, however many tabs it has: browsers open six connections to a host, and a stream takes
 * one for good. The tab that holds a lock reads the stream and hands on what it hears; when it is closed the lock goes to
 * the next, which goes on after the last event that anybody heard.
 */
import { liveEventNames } from './live-event.ts';

interface Heard {
  name: string;
  id: string;
  data: unknown;
}

export interface StreamHandlers {
  onEvent: (name: string, data: unknown) => void;
  /** It is open, or it is not and is tried again. `failures` counts tries in a row. */
  onState: (open: boolean, failures: number) => void;
  /** Events may have been missed: ask again for what is shown. */
  onGap: () => void;
}

/** Besides those of requests. */
const otherNames = ['engine', 'training', 'import', 'work', 'lora', 'sheet', 'verification'] as const;
const lockName = 'darkroom-events';

/** Follow the stream until `signal` aborts. */
export function followSharedStream(path: string, handlers: StreamHandlers, signal: AbortSignal): void {
  const channel = new BroadcastChannel(lockName);
  let last: string | null = null;
  channel.onmessage = ({ data }: MessageEvent<{ heard?: Heard; open?: boolean; failures?: number }>) => {
    if (data.heard !== undefined) {
      last = data.heard.id;
      handlers.onEvent(data.heard.name, data.heard.data);
    } else handlers.onState(data.open === true, data.failures ?? 0);
  };
  signal.addEventListener('abort', () => channel.close());
  const tell = (message: { heard?: Heard; open?: boolean; failures?: number }) => {
    if (!signal.aborted) channel.postMessage(message);
  };
  const read = () =>
    readStream(path, last, signal, {
      ...handlers,
      onHeard(heard) {
        last = heard.id;
        tell({ heard });
        handlers.onEvent(heard.name, heard.data);
      },
      onState(open, failures) {
        tell({ open, failures });
        handlers.onState(open, failures);
      },
    });
  if (navigator.locks === undefined) {
    void read();
    return;
  }
  // A tab that waits for the lock hears from the one that has it.
  handlers.onState(true, 0);
  navigator.locks.request(lockName, { signal }, read).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

interface Reader extends StreamHandlers {
  onHeard: (heard: Heard) => void;
}

/** Resolves when `signal` aborts. */
function readStream(path: string, from: string | null, signal: AbortSignal, reader: Reader): Promise<void> {
  return new Promise((resolve) => {
    let failures = 0;
    let last = from;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      const query = last === null ? '' : `?last_event_id=${encodeURIComponent(last)}`;
      source = new EventSource(`${path}${query}`);
      source.onopen = () => {
        if (failures > 0) reader.onGap();
        failures = 0;
        reader.onState(true, 0);
      };
      source.onerror = () => {
        source?.close();
        failures += 1;
        reader.onState(false, failures);
        timer = setTimeout(open, Math.min(1000 * 2 ** (failures - 1), 15_000));
      };
      for (const name of [...liveEventNames, ...otherNames]) {
        source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
          if (lastEventId !== '') last = lastEventId;
          reader.onHeard({ name, id: lastEventId, data: JSON.parse(data) });
        });
      }
    };
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      source?.close();
      resolve();
    });
    open();
  });
}
