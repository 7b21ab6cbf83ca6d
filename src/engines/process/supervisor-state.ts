import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { EngineProcess } from './engine-process.ts';
import type { RestartPolicy } from './restart-policy.ts';
import type { WatchedProcess } from './watched-process.ts';

/** Where the process of a supervisor is in its life; drawn in `supervisor.ts`. */
export type Life =
  | { kind: 'starting'; watched: WatchedProcess }
  | { kind: 'ready'; watched: WatchedProcess; since: number; hasWorked: boolean }
  | { kind: 'waiting'; cancelStart: () => void }
  | { kind: 'stopped' };

export interface Supervised {
  life: Life;
  /** Why the last process ended; null once one is ready. */
  trouble: string | null;
  starts: number;
  policy: Pick<RestartPolicy, 'isUnavailable'>;
}

export interface SupervisorState {
  state: 'starting' | 'ready' | 'restarting' | 'unavailable' | 'stopped';
  reason: string | null;
  pid: number | null;
  restarts: number;
}

/** How it looks from outside. */
export function describe(supervised: Supervised): SupervisorState {
  const { life, starts } = supervised;
  return {
    state: stateName(supervised),
    reason: reason(supervised),
    pid: life.kind === 'starting' || life.kind === 'ready' ? life.watched.process.pid : null,
    restarts: Math.max(0, starts - 1),
  };
}

function stateName({ life, policy, starts }: Supervised): SupervisorState['state'] {
  if (life.kind === 'stopped') return 'stopped';
  if (life.kind === 'ready') return life.watched.verdict() === null ? 'ready' : 'restarting';
  if (policy.isUnavailable()) return 'unavailable';
  return starts > 1 || life.kind === 'waiting' ? 'restarting' : 'starting';
}

function reason({ life, trouble }: Supervised): string | null {
  if (life.kind === 'ready') return life.watched.verdict()?.reason ?? null;
  return trouble ?? (life.kind === 'starting' ? 'The engine is starting.' : null);
}

/** The process that takes commands: one that is condemned is as good as gone, and what is sent to it is lost. */
export function readyProcess({ life }: Supervised): EngineProcess | null {
  return life.kind === 'ready' && life.watched.verdict() === null ? life.watched.process : null;
}

/** Why there is no process to wait for; null while there is. */
export function refusal({ life, policy, trouble }: Supervised): DarkroomError | null {
  if (life.kind === 'stopped') return new DarkroomError('SHUTTING_DOWN', 'The engine was stopped.');
  if (!policy.isUnavailable()) return null;
  return new DarkroomError('ENGINE_UNAVAILABLE', trouble ?? 'The engine cannot start.');
}
