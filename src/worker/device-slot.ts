import { createTurns } from '../engines/process/turns.ts';

/**
 * Who has the device. An attempt starts with its turn, leaves it while files are downloaded, so that other jobs render, and
 * takes the next one when all is there:
 *
 *   take ─▶ at the device ──leave──▶ aside ──retake──▶ at the device ─▶ end
 */
export interface DeviceTurn {
  /** Let others have the device. */
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

export function createDeviceLine(): DeviceLine {
  const turns = createTurns();

  function turnOf(first: () => void): DeviceTurn {
    let endTurn: (() => void) | null = first;
    return {
      leave: () => {
        endTurn?.();
        endTurn = null;
      },
      retake: async (signal) => {
        if (endTurn !== null) return;
        endTurn = await turns.take(signal);
      },
      end: () => {
        endTurn?.();
        endTurn = () => {};
      },
    };
  }

  return { take: async (signal) => turnOf(await turns.take(signal)) };
}
