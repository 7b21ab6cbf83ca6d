import pLimit from 'p-limit';
import type { DeviceSlot } from '../engines/pool/device-slot.ts';
import { orAborted } from '../security/or-aborted.ts';

const mostAtOnce = 4;

/** Turns for jobs that need no device: a few at once. A turn is never given up and taken again. */
export function createBesideSlot(): Pick<DeviceSlot, 'take'> {
  const limit = pLimit(mostAtOnce);
  return {
    take: (signal) =>
      orAborted(
        new Promise((resolve) => {
          void limit(async () => {
            if (signal.aborted) return;
            const { promise: ended, resolve: end } = Promise.withResolvers<void>();
            resolve({ leave: () => {}, retake: async () => {}, end });
            await ended;
          });
        }),
        signal,
      ),
  };
}
