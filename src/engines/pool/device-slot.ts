import { orAborted } from '../../security/or-aborted.ts';
import type { Engine } from '../engine.ts';
import { hostBytes } from '../machine-share.ts';

/**
 * A device, its engine, and the queue for it. There is no other queue: the engine below takes one job at a time and refuses a second.
 */
export interface DeviceSlot {
  /** As in DEVICES: `cuda:0`, `cpu:1`. */
  name: string;
  engine: Engine;
  /** Memory of the machine that its engine may take. */
  hostBytes: number;
  /** Resolves when it is the caller's turn, first come first served. Rejects with the reason of the signal. */
  take(signal: AbortSignal): Promise<DeviceTurn>;
}

/**
 * A turn at a device. An attempt starts with its turn, gives it up while files are downloaded, so that other jobs can render, and
 * takes another when everything is there:
 *
 *   take ─▶ at the device ──leave──▶ aside ──retake──▶ at the device ─▶ end
 */
export interface DeviceTurn {
  /** Give the device to the next in the queue. */
  leave(): void;
  /** Resolves when it has the device again, at once if it did not leave. Rejects with the reason of the signal. */
  retake(signal: AbortSignal): Promise<void>;
  /** End the turn, whether it holds the device or not. */
  end(): void;
}

export function createDeviceSlot(name: string, engine: Engine, mayTake: number = hostBytes()): DeviceSlot {
  const wait = createLine();
  return {
    name,
    engine,
    hostBytes: mayTake,
    take: async (signal) => {
      let isOver = false;
      let letNextIn: (() => void) | null = await wait(signal);
      const leave = (): void => {
        letNextIn?.();
        letNextIn = null;
      };
      return {
        leave,
        retake: async (again) => {
          if (letNextIn !== null || isOver) return;
          letNextIn = await wait(again);
          if (isOver) leave();
        },
        end: () => {
          isOver = true;
          leave();
        },
      };
    },
  };
}

/** One at a time, in the order of asking. Resolves with the function that lets the next one in. */
function createLine(): (signal: AbortSignal) => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async (signal) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const before = last;
    last = before.then(() => ended);
    try {
      await orAborted(before, signal);
      return end;
    } catch (error) {
      end();
      throw error;
    }
  };
}
