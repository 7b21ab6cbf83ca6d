import type { Engine } from '../engine/engine.ts';

/** Far more than can usefully wait; beyond it the oldest are forgotten, so that canceled jobs leave nothing behind. */
const mostTokens = 10_000;

export interface TokenMemory {
  remember(job: string, token: string): void;
  /** The same engine, given the token of the request with each job that has one. */
  wrap(engine: Engine): Engine;
}

/**
 * Hugging Face tokens of requests, by job, in memory only: a token is not written anywhere and is gone when its job ends or
 * the process does. A job that outlives a restart goes on with HF_TOKEN.
 */
export function createTokenMemory(): TokenMemory {
  const tokens = new Map<string, string>();
  return {
    remember(job, token) {
      tokens.set(job, token);
      const [oldest] = tokens.keys();
      if (tokens.size > mostTokens && oldest !== undefined) tokens.delete(oldest);
    },
    wrap: (engine) => ({
      ...engine,
      prepare: (task) => engine.prepare({ ...task, hfToken: tokens.get(task.job) ?? null }),
      async render(task) {
        const outcome = await engine.render({ ...task, hfToken: tokens.get(task.job) ?? null });
        // After a crash the job comes back, and needs it again.
        if (outcome.kind !== 'crashed') tokens.delete(task.job);
        return outcome;
      },
    }),
  };
}
