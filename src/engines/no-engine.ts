import type { Engine } from './engine.ts';

/** The engine of a process that renders nothing itself. */
export const noEngine: Pick<Engine, 'status'> = {
  status: () => ({
    ...{ state: 'elsewhere', reason: null, pid: null, versions: {}, device: null, resident: [] },
    ...{ loads: 0, merges: 0, restarts: 0, memory: null },
  }),
};
