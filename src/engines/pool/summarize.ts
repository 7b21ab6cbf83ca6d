import type { EngineStatus } from '../engine.ts';

/** A state stands before those that say less about what can be rendered. */
const order = ['ready', 'busy', 'starting', 'restarting', 'unavailable', 'stopped'] as const;

/** Several devices as one: up if any is, with what all of them hold. Of none, `elsewhere`. */
export function summarize(devices: readonly EngineStatus[]): EngineStatus {
  const [only] = devices;
  if (devices.length === 1 && only !== undefined) return { ...only };
  const best = order.flatMap((state) => devices.filter((device) => device.state === state))[0];
  const sum = (of: (device: EngineStatus) => number): number =>
    devices.reduce((total, device) => total + of(device), 0);
  return {
    state: best?.state ?? 'elsewhere',
    reason: best?.reason ?? null,
    pid: best?.pid ?? null,
    versions: best?.versions ?? {},
    isLoading: devices.some(({ isLoading }) => isLoading),
    device: joinedDevice(devices),
    resident: [...new Set(devices.flatMap(({ resident }) => resident))],
    loads: sum(({ loads }) => loads),
    merges: sum(({ merges }) => merges),
    restarts: sum(({ restarts }) => restarts),
    memory: joinedMemory(devices),
  };
}

type Device = NonNullable<EngineStatus['device']>;

/** `2 × NVIDIA H100`, or the names one after the other where they differ. */
function joinedDevice(devices: readonly EngineStatus[]): Device | null {
  const known = devices.flatMap(({ device }) => (device === null ? [] : [device]));
  const [first] = known;
  if (first === undefined) return null;
  const join = (of: (device: Device) => string): string => [...new Set(known.map(of))].join(', ');
  const names = [...new Set(known.map(({ name }) => name))].map((name) => {
    const count = known.filter((device) => device.name === name).length;
    return count === 1 ? name : `${count} × ${name}`;
  });
  return { type: join(({ type }) => type), name: names.join(', '), dtype: join(({ dtype }) => dtype) };
}

function joinedMemory(devices: readonly EngineStatus[]): EngineStatus['memory'] {
  const known = devices.flatMap(({ device, memory }) =>
    memory === null ? [] : [{ ...memory, isGpu: device?.type === 'cuda' }],
  );
  if (known.length === 0) return null;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  // What computes in the host's memory has the same total.
  const host = Math.max(0, ...known.filter(({ isGpu }) => !isGpu).map(({ total_bytes }) => total_bytes));
  return {
    used_bytes: sum(known.map(({ used_bytes }) => used_bytes)),
    total_bytes: host + sum(known.filter(({ isGpu }) => isGpu).map(({ total_bytes }) => total_bytes)),
    peak_bytes: sum(known.map(({ peak_bytes }) => peak_bytes)),
  };
}
