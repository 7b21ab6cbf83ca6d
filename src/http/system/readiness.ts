import { z } from 'zod';
import type { EngineStatus } from '../../engines/engine.ts';
import type { DeviceStatus } from '../../engines/pool/engine-pool.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { HttpDependencies } from '../dependencies.ts';

const state = z.enum(['starting', 'ready', 'busy', 'restarting', 'unavailable', 'stopped']);
const counts = {
  loads: z.int().meta({ description: 'Base checkpoints loaded since the engine started.' }),
  merges: z.int().meta({ description: 'LoRA sets merged since the engine started.' }),
  restarts: z.int().meta({ description: 'Times the engine died and was started again.' }),
};

const deviceSchema = z.object({
  name: z.string().meta({ description: 'As in DEVICES.', examples: ['cuda:0'] }),
  state,
  reason: z.string().nullable().meta({ description: 'Why it does not render, and what to do.' }),
  device: z
    .string()
    .nullable()
    .meta({ description: 'Null until it was ready.', examples: ['NVIDIA H100 (cuda, bfloat16)'] }),
  resident_models: z.int().meta({ description: 'Base models in memory.' }),
  memory: z
    .object({ used_bytes: z.int(), total_bytes: z.int(), peak_bytes: z.int() })
    .nullable()
    .meta({ description: 'Of the device; on a CPU, of its engine process.' }),
  ...counts,
});

export const readinessSchema = z.object({
  ready: z.boolean(),
  reasons: z
    .array(z.string())
    .meta({ description: 'Why it is not ready, and what to do. Empty when it is.' }),
  engine: z
    .object({
      state: z
        .enum([...state.options, 'elsewhere'])
        .meta({ description: '`elsewhere`: this process renders nothing itself, `darkroom worker` does.' }),
      device: z
        .string()
        .nullable()
        .meta({ examples: ['NVIDIA H100 (cuda, bfloat16)'] }),
      ...counts,
    })
    .meta({ description: 'All devices together: up when one of them is, with the sums of their counts.' }),
  devices: z.array(deviceSchema).meta({ description: 'Each device of DEVICES with its engine.' }),
  spare: z
    .object({
      state: z.enum(['off', 'absent', 'importing', 'ready']).meta({
        description:
          '`absent`: none stands by yet; `off`: SPARE_ENGINE says so, or nothing is rendered here.',
      }),
      reason: z.string().nullable(),
    })
    .meta({ description: 'The engine process that stands by to take over from one that dies.' }),
  warnings: z.array(z.string()).meta({ description: 'What keeps requests waiting although it is ready.' }),
  queue: z
    .object({
      queued: z.int(),
      running: z.int(),
      workers: z.int().nullable().meta({
        description: 'Processes that render, on all machines of the Postgres; null on the embedded database.',
      }),
    })
    .nullable(),
  disk: z.object({ free_bytes: z.int() }).nullable(),
});

export type Readiness = z.infer<typeof readinessSchema>;

/** With less than this the next picture, or the database itself, has no room. */
const leastFreeBytes = 100 * 2 ** 20;

export type ReadinessParts = Pick<HttpDependencies, 'engine' | 'freeBytes'> & {
  jobs: Pick<HttpDependencies['jobs'], 'depth'>;
};

export async function readiness({ engine, jobs, freeBytes }: ReadinessParts): Promise<Readiness> {
  const status = engine.status();
  const devices = engine.devices();
  const [queue, free] = await Promise.all([jobs.depth().catch(() => null), freeBytes().catch(() => null)]);
  const reasons = [
    ...(queue === null ? ['The database does not answer; the server log says why.'] : []),
    ...diskReasons(free),
    ...engineReasons(status),
  ];
  const hasNobody = status.state === 'elsewhere' && queue?.workers === 0;
  return {
    ready: reasons.length === 0,
    reasons,
    engine: {
      state: status.state,
      device: deviceText(status),
      ...countsOf(status),
    },
    devices: devices.map((device) => ({
      name: device.name,
      state: upState(device.state),
      reason: device.reason,
      device: deviceText(device),
      resident_models: device.resident.length,
      memory: device.memory,
      ...countsOf(device),
    })),
    spare: engine.spare(),
    warnings: [
      ...(hasNobody
        ? ['No worker is running: requests are stored and wait. Start `darkroom worker` where the GPU is.']
        : []),
      // Where none is up, that is the reason and no warning.
      ...(engineReasons(status).length === 0 ? devices.flatMap(deviceWarnings) : []),
    ],
    queue,
    disk: free === null ? null : { free_bytes: free },
  };
}

const deviceText = ({ device }: EngineStatus): string | null =>
  device === null ? null : `${device.name} (${device.type}, ${device.dtype})`;

const countsOf = ({ loads, merges, restarts }: EngineStatus) => ({ loads, merges, restarts });

/** A device of this process is never elsewhere. */
const upState = (of: EngineStatus['state']): z.infer<typeof state> => (of === 'elsewhere' ? 'stopped' : of);

const deviceWarnings = (device: DeviceStatus): string[] =>
  engineReasons(device).map(
    (reason) => `${device.name} renders nothing, and the others do its work: ${reason}`,
  );

function diskReasons(free: number | null): string[] {
  if (free === null) return ['The data folder cannot be read; check DARKROOM_DATA and its disk.'];
  if (free >= leastFreeBytes) return [];
  return [
    `The disk of the data folder has ${Math.floor(free / 2 ** 20)} MB left: free some space, or lower RETENTION_HOURS or RETENTION_GB.`,
  ];
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
