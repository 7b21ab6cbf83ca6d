import { orAborted } from '../../security/or-aborted.ts';

interface Shared<Result> {
  result: Promise<Result>;
  listeners: Set<(bytes: number, total: number | null) => void>;
  stop: AbortController;
}

export interface SharedTask {
  signal: AbortSignal;
  onBytes: (bytes: number, total: number | null) => void;
}

/**
 * Work that several may ask for at once is done once: those that come while it is under way share its progress and its
 * result. It is stopped when the last of them gives up.
 */
export function createSharedWork<Result>(): (
  key: string,
  asked: SharedTask,
  begin: (task: SharedTask) => Promise<Result>,
) => Promise<Result> {
  const underWay = new Map<string, Shared<Result>>();
  return async (key, { signal, onBytes }, begin) => {
    // Work that is being stopped may still write where new work would.
    for (let old = underWay.get(key); old?.stop.signal.aborted; old = underWay.get(key))
      await old.result.catch(() => {});
    signal.throwIfAborted();
    const shared = underWay.get(key) ?? start(begin);
    underWay.set(key, shared);
    const forget = (): void => void (underWay.get(key) === shared && underWay.delete(key));
    shared.result.then(forget, forget);
    shared.listeners.add(onBytes);
    try {
      return await orAborted(shared.result, signal);
    } finally {
      shared.listeners.delete(onBytes);
      if (shared.listeners.size === 0) shared.stop.abort();
    }
  };
}

function start<Result>(begin: (task: SharedTask) => Promise<Result>): Shared<Result> {
  const listeners: Shared<Result>['listeners'] = new Set();
  const stop = new AbortController();
  const onBytes: SharedTask['onBytes'] = (bytes, total) => {
    for (const listener of listeners) listener(bytes, total);
  };
  return { result: begin({ signal: stop.signal, onBytes }), listeners, stop };
}
