import type { Clock } from '../engine-timing.ts';

export interface Heartbeat {
  /** The process said something, whatever it was. */
  heard(): void;
  stop(): void;
}

/**
 * Ping a process and notice when it has gone silent: `limit` is asked at every beat how long a silence is allowed now.
 * A beat that comes late itself (the machine slept, or this process was stopped) proves nothing, so it starts a new count.
 */
export function startHeartbeat(options: {
  clock: Clock;
  everyMs: number;
  limit: () => number;
  ping: (id: number) => void;
  onSilent: (milliseconds: number) => void;
}): Heartbeat {
  const { clock, everyMs } = options;
  let lastHeard = clock.now();
  let lastBeat = lastHeard;
  let id = 0;
  const beat = (): void => {
    const now = clock.now();
    if (now - lastBeat > 3 * everyMs) lastHeard = now;
    lastBeat = now;
    const silence = now - lastHeard;
    if (silence > options.limit()) {
      options.onSilent(silence);
      return;
    }
    options.ping(id++);
    cancel = clock.after(everyMs, beat);
  };
  let cancel = clock.after(everyMs, beat);
  return {
    heard() {
      lastHeard = clock.now();
    },
    stop: () => cancel(),
  };
}
