import type { EngineStatus } from './engine.ts';
import type { Report } from './process/protocol.ts';
import { createResidentKeys } from './process/resident-keys.ts';

type Facts = Pick<EngineStatus, 'versions' | 'device' | 'resident' | 'loads' | 'merges' | 'memory'>;

/** What the reports of a process say about it, for `EngineStatus`. */
export interface EngineFacts {
  /** `key` is the pipeline of the job that runs, null between jobs. */
  learn(report: Report, key: string | null): void;
  /** The process is gone, and with it what it held. Versions and device stay: the next process has the same. */
  gone(): void;
  all(): Facts;
}

export function createEngineFacts(): EngineFacts {
  const resident = createResidentKeys();
  const nothingHeld = { loads: 0, merges: 0, memory: null };
  let facts: Omit<Facts, 'resident'> = { versions: {}, device: null, ...nothingHeld };
  return {
    learn(report, key) {
      facts = { ...facts, ...factsOf(report) };
      if (report.type === 'unloaded') resident.unloaded(report.keys);
      if (report.type === 'loaded') resident.used(report.key);
      if (key === null) return;
      const isLoading = report.type === 'progress' && report.phase === 'loading';
      if (!isLoading && (report.type === 'progress' || report.type === 'done')) resident.used(key);
    },
    gone() {
      facts = { ...facts, ...nothingHeld };
      resident.clear();
    },
    all: () => ({ ...facts, resident: resident.all() }),
  };
}

function factsOf(report: Report): Partial<Facts> {
  switch (report.type) {
    case 'ready':
      return { versions: report.versions, device: report.device, memory: report.memory };
    case 'done':
      return { loads: report.loads, merges: report.merges, memory: report.memory };
    case 'pong':
    case 'unloaded':
      return { memory: report.memory };
    default:
      return {};
  }
}
