import type { EngineTiming } from '../engine-timing.ts';

/** How a process went, as far as it matters for the next start. */
export interface Departure {
  wasReady: boolean;
  /** It ended a job, or lived long enough to show that nothing is wrong with it. */
  wasInOrder: boolean;
  /** It cannot start, and has said so. */
  isHopeless: boolean;
}

export interface RestartPolicy {
  /** Milliseconds to wait before the next start. */
  afterDeparture(departure: Departure): number;
  becameReady(): void;
  /** Whether those who wait for a process should hear that there is none. */
  isUnavailable(): boolean;
}

const startsBeforeUnavailable = 3;

/**
 * The wait doubles with each departure up to its limit, and starts anew after a process that was in order. The engine is
 * unavailable when a process cannot start, or when three in a row went before they were ready; until one is.
 */
export function createRestartPolicy(
  timing: Pick<EngineTiming, 'firstBackoff' | 'longestBackoff'>,
): RestartPolicy {
  let departures = 0;
  let failedStarts = 0;
  let isUnavailable = false;
  return {
    afterDeparture({ wasReady, wasInOrder, isHopeless }) {
      departures = wasInOrder ? 1 : departures + 1;
      failedStarts = wasReady ? 0 : failedStarts + 1;
      isUnavailable ||= isHopeless || failedStarts >= startsBeforeUnavailable;
      return Math.min(timing.longestBackoff, timing.firstBackoff * 2 ** (departures - 1));
    },
    becameReady() {
      failedStarts = 0;
      isUnavailable = false;
    },
    isUnavailable: () => isUnavailable,
  };
}
