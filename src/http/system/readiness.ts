import { z } from 'zod';
import type { EngineStatus } from '../../engine/engine.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { HttpDependencies } from '../dependencies.ts';

export const readinessSchema = z.object({
  ready: z.boolean(),
  reasons: z
    .array(z.string())
    .meta({ description: 'Why it is not ready, and what to do. Empty when it is.' }),
  engine: z.object({
    state: z
      .enum(['starting', 'ready', 'busy', 'restarting', 'unavailable', 'stopped', 'elsewhere'])
      .meta({ description: '`elsewhere`: this process renders nothing itself, `darkroom worker` does.' }),
    device: z
      .string()
      .nullable()
      .meta({ examples: ['NVIDIA H100 (cuda, bfloat16)'] }),
    loads: z.int().meta({ description: 'Base checkpoints loaded since the engine started.' }),
    merges: z.int().meta({ description: 'LoRA sets merged since the engine started.' }),
    restarts: z.int().meta({ description: 'Times the engine died and was started again.' }),
  }),
  queue: z.object({ queued: z.int(), running: z.int() }).nullable(),
});

export type Readiness = z.infer<typeof readinessSchema>;

export async function readiness({
  engine,
  jobs,
}: Pick<HttpDependencies, 'engine' | 'jobs'>): Promise<Readiness> {
  const status = engine.status();
  const counts = await jobs.counts().catch(() => null);
  const reasons = [
    ...(counts === null ? ['The database does not answer; the server log says why.'] : []),
    ...engineReasons(status),
  ];
  const { device } = status;
  return {
    ready: reasons.length === 0,
    reasons,
    engine: {
      state: status.state,
      device: device === null ? null : `${device.name} (${device.type}, ${device.dtype})`,
      loads: status.loads,
      merges: status.merges,
      restarts: status.restarts,
    },
    queue:
      counts === null
        ? null
        : { queued: counts.queued.reduce((sum, { count }) => sum + count, 0), running: counts.running },
  };
}

function engineReasons({ state, reason }: EngineStatus): string[] {
  switch (state) {
    case 'ready':
    case 'busy':
    case 'elsewhere':
      return [];
    case 'starting':
      return [reason ?? 'The engine is starting; loading PyTorch takes some seconds.'];
    case 'restarting':
      return [reason ?? 'The engine died and is being started again.'];
    case 'unavailable':
      return [reason ?? 'The engine cannot start. Run `darkroom doctor` on the server.'];
    case 'stopped':
      return [reason ?? 'The engine was stopped.'];
    default:
      return assertNever(state);
  }
}
