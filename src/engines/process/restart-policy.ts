import type { EngineTiming } from '../engine-timing.ts';

/** How a process ended, as far as it matters for the next start. */
export interface Departure {
  wasReady: boolean;
  /** It ended a job, or ran long enough to show that nothing is wrong with it. */
  hasWorked: boolean;
  /** It cannot start, and has said so. */
  isHopeless: boolean;
}

export interface RestartPolicy {
  /** Milliseconds to wait before the next start. */
  afterDeparture(departure: Departure): number;
  becameReady(): void;
  /** Whether those who wait for a process are told that there is none. */
  isUnavailable(): boolean;
}

const startsBeforeUnavailable = 3;

/**
 * The wait doubles with each departure up to its limit, and starts over after a process that worked. The engine is unavailable
 * when a process cannot start, or when three in a row ended before they were ready; until one is.
 */
export function createRestartPolicy(
  timing: Pick<EngineTiming, 'firstBackoff' | 'longestBackoff'>,
): RestartPolicy {
  let departures = 0;
  let failedStarts = 0;
  let isUnavailable = false;
  return {
    afterDeparture({ wasReady, hasWorked, isHopeless }) {
      departures = hasWorked ? 1 : departures + 1;
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
