/**
 * What several engines of one machine may take of what they share: host memory, which holds the weights of CPU engines and those
 * that are offloaded from a GPU, and the cores.
 *
 * Each engine has an equal share of the memory. An engine sees what is free at the moment, but not what the others are about to
 * load; with shares they cannot overcommit the machine together. The cores are divided among the CPU engines; a single one uses as
 * many threads as torch chooses.
 */
import os from 'node:os';

export interface MachineShare {
  /** Bytes of host memory; null: as much as there is. */
  hostBytes: number | null;
  /** Threads to compute with; null: as many as torch chooses. */
  threads: number | null;
}

/** The share of one of `devices`. */
export function machineShare(
  device: string,
  devices: readonly string[],
  machine: { bytes: number; cores: number } = { bytes: hostBytes(), cores: os.availableParallelism() },
): MachineShare {
  const cpus = devices.filter(isCpu).length;
  return {
    hostBytes: devices.length === 1 ? null : Math.floor(machine.bytes / devices.length),
    threads: isCpu(device) && cpus > 1 ? Math.max(1, Math.floor(machine.cores / cpus)) : null,
  };
}

/** Memory of the machine, or of the container where that has a limit. */
export function hostBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}

const isCpu = (device: string): boolean => /^cpu(:|$)/.test(device);
