import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Engine, EngineStatus } from '../engines/engine.ts';
import { engineTiming, systemClock } from '../engines/engine-timing.ts';
import { hostBytes, type MachineShare, machineShare } from '../engines/machine-share.ts';
import { createDeviceSlot, type DeviceSlot } from '../engines/pool/device-slot.ts';
import { createEnginePool, type EnginePool } from '../engines/pool/engine-pool.ts';
import { checkpointsOf, launchEngine } from '../engines/process/launch-engine.ts';
import { createProcessEngine } from '../engines/process/process-engine.ts';
import { createSpareProcess, noSpare, type SpareProcess } from '../engines/process/spare-process.ts';
import { createStandInEngine } from '../engines/stand-in-engine.ts';

/** `stand-in` draws gradients without Python: for load and kill tests of everything around the engine. */
export type EngineKind = 'python' | 'stand-in';

export interface EngineOptions {
  config: Config;
  log: Logger;
  kind: EngineKind;
}

/** An engine for each of DEVICES. */
export function openEngines(options: EngineOptions): EnginePool {
  const { config, kind } = options;
  const spare = kind === 'python' ? spareOf(options, () => slots) : noSpare;
  const create = kind === 'python' ? pythonEngines(options, spare) : () => createStandInEngine();
  const slots: DeviceSlot[] = config.DEVICES.map((device) => {
    const share = machineShare(device, config.DEVICES);
    return createDeviceSlot(device, create(device, share), share.hostBytes ?? hostBytes());
  });
  return createEnginePool(slots, spare);
}

type CreateEngine = (device: string, share: MachineShare) => Engine;

function pythonEngines({ config, log }: EngineOptions, spare: SpareProcess): CreateEngine {
  const checkpoints = checkpointsOf({ config, log });
  return (device, share) =>
    createProcessEngine({
      device,
      share,
      config,
      checkpoints,
      log: log.child({ device }),
      launch: (maySpare) => (maySpare ? spare.take() : null) ?? launchEngine({ config, log }),
    });
}

function spareOf({ config, log }: EngineOptions, slots: () => readonly DeviceSlot[]): SpareProcess {
  const mode = config.SPARE_ENGINE;
  if (mode === 'off') return noSpare;
  return createSpareProcess({
    mode,
    log,
    clock: systemClock,
    timing: engineTiming,
    launch: () => launchEngine({ config, log }),
    isQuiet: () => slots().every(({ engine }) => isQuiet(engine.status())),
    // Respects the limit of a container.
    freeBytes: () => process.availableMemory(),
  });
}

/** Whether no engine is starting or loading a model. One that cannot start does not count. */
const isQuiet = ({ state, isLoading }: EngineStatus): boolean =>
  !isLoading && state !== 'starting' && state !== 'restarting';
