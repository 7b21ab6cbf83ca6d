/**
 * The engines of this process: a slot for each device. Work takes a turn at a slot and renders on its engine; the engines know
 * nothing of each other, so that one that ends takes only its own job with it.
 */
import type { EngineStatus } from '../engine.ts';
import { noSpare, type SpareProcess, type SpareStatus } from '../process/spare-process.ts';
import type { DeviceSlot } from './device-slot.ts';
import { summarize } from './summarize.ts';

/** How one device is. `name` is that of DEVICES, or what `auto` turned out to be. */
export interface DeviceStatus extends EngineStatus {
  name: string;
}

/** Read by probes and metrics. */
export interface EnginePoolStatus {
  /** All devices as one. */
  status(): EngineStatus;
  /** Each device; none in a process that leaves rendering to others. */
  devices(): DeviceStatus[];
  /** The process that stands by for all of them. */
  spare(): SpareStatus;
}

export interface EnginePool extends EnginePoolStatus {
  slots: readonly DeviceSlot[];
  stop(): Promise<void>;
}

export function createEnginePool(
  slots: readonly DeviceSlot[],
  spare: Pick<SpareProcess, 'status' | 'stop'> = noSpare,
): EnginePool {
  const devices = (): DeviceStatus[] => slots.map(statusOf);
  return {
    slots,
    status: () => summarize(devices()),
    devices,
    spare: spare.status,
    stop: async () => {
      // First, so that it takes over from nobody any more.
      await spare.stop();
      await Promise.all(slots.map(({ engine }) => engine.stop()));
    },
  };
}

function statusOf({ name, engine }: DeviceSlot): DeviceStatus {
  const status = engine.status();
  return { ...status, name: name === 'auto' ? (status.device?.type ?? name) : name };
}
