import { createTurns } from '../engine/turns.ts';

/**
 * Who has the device. An attempt starts with its turn, leaves it while files are downloaded, so that other jobs render, and
 * takes the next one when all is there:
 *
 *   take ─▶ at the device ──leave──▶ aside ──retake──▶ at the device ─▶ end
 */
export interface DeviceTurn {
  /** Let others have the device. When too many stand aside already, it is kept instead. */
  leave(): void;
  /** Resolves when it is this one's turn again; at once when it did not leave. Rejects with the reason of the signal. */
  retake(signal: AbortSignal): Promise<void>;
  /** In whatever state it is. */
  end(): void;
}

export interface DeviceLine {
  /** Rejects with the reason of the signal. */
  take(signal: AbortSignal): Promise<DeviceTurn>;
}

/** Jobs that were claimed are out of the queue, where no order and no other worker finds them: not too many at a time. */
const mostAside = 8;

export function createDeviceLine(): DeviceLine {
  const turns = createTurns();
  let aside = 0;

  function turnOf(first: () => void): DeviceTurn {
    let endTurn: (() => void) | null = first;
    return {
      leave: () => {
        if (endTurn === null || aside >= mostAside) return;
        aside += 1;
        endTurn();
        endTurn = null;
      },
      retake: async (signal) => {
        if (endTurn !== null) return;
        endTurn = await turns.take(signal);
        aside -= 1;
      },
      end: () => {
        if (endTurn === null) aside -= 1;
        else endTurn();
        endTurn = () => {};
      },
    };
  }

  return { take: async (signal) => turnOf(await turns.take(signal)) };
}
