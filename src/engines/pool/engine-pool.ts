/**
 * The engines of this process: one slot per device. Work takes a turn at a slot and runs on its engine. Engines know nothing about
 * each other, so one that dies takes only its own job with it.
 */
import type { EngineStatus } from '../engine.ts';
import { noSpare, type SpareProcess, type SpareStatus } from '../process/spare-process.ts';
import type { DeviceSlot } from './device-slot.ts';
import { summarize } from './summarize.ts';

/** The state of one device. `name` is the one in DEVICES, or the device that `auto` chose. */
export interface DeviceStatus extends EngineStatus {
  name: string;
}

/** Read by probes and metrics. */
export interface EnginePoolStatus {
  /** All devices as one. */
  status(): EngineStatus;
  /** Each device; empty in a process that does not render. */
  devices(): DeviceStatus[];
  /** The spare process, which all devices share. */
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
      // First, so that it does not take over from the engines as they stop.
      await spare.stop();
      await Promise.all(slots.map(({ engine }) => engine.stop()));
    },
  };
}

function statusOf({ name, engine }: DeviceSlot): DeviceStatus {
  const status = engine.status();
  return { ...status, name: name === 'auto' ? (status.device?.type ?? name) : name };
}
