import type { EngineStatus } from '../engine.ts';
import type { Report } from './protocol.ts';

type Facts = Pick<EngineStatus, 'versions' | 'device' | 'resident' | 'loads' | 'merges' | 'memory'>;

/** What the reports of a process say about it, for `EngineStatus`. */
export interface EngineFacts {
  /** `key` is the resident key of the job that runs, null between jobs. */
  learn(report: Report, key: string | null): void;
  /** The process is gone, and with it what it held. Versions and device stay: the next process has the same. */
  gone(): void;
  all(): Facts;
}

export function createEngineFacts(): EngineFacts {
  /** Most recently used last. */
  let resident: string[] = [];
  const nothingHeld = { loads: 0, merges: 0, memory: null };
  let facts: Omit<Facts, 'resident'> = { versions: {}, device: null, ...nothingHeld };
  const used = (key: string): void => {
    if (resident.at(-1) !== key) resident = [...resident.filter((other) => other !== key), key];
  };
  return {
    learn(report, key) {
      facts = { ...facts, ...factsOf(report) };
      if (report.type === 'unloaded') resident = resident.filter((held) => !report.keys.includes(held));
      if (report.type === 'loaded') used(report.key);
      if (key !== null && isUsing(report)) used(key);
    },
    gone() {
      facts = { ...facts, ...nothingHeld };
      resident = [];
    },
    all: () => ({ ...facts, resident: [...resident] }),
  };
}

/** Whether the pipeline of the job is in memory. While a training is at its steps its base may be held in another way. */
function isUsing(report: Report): boolean {
  switch (report.type) {
    case 'progress':
      return report.phase !== 'loading';
    case 'stage':
      return report.stage.startsWith('caching') || report.stage === 'sampling';
    default:
      return false;
  }
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
