import { expect, test } from 'vitest';
import type { EngineStatus } from '../engine.ts';
import { summarize } from './summarize.ts';

const cpu: EngineStatus = {
  state: 'ready',
  reason: null,
  pid: 1,
  versions: { torch: '2' },
  resident: ['a'],
  loads: 1,
  merges: 2,
  restarts: 0,
  isLoading: false,
  device: { type: 'cpu', name: 'CPU', dtype: 'float32' },
  memory: { used_bytes: 10, total_bytes: 100, peak_bytes: 20 },
};
const gpu: EngineStatus = {
  ...cpu,
  resident: ['a', 'b'],
  restarts: 3,
  device: { type: 'cuda', name: 'H100', dtype: 'bfloat16' },
};

test('one device is as it is, and none is elsewhere', () => {
  expect(summarize([cpu])).toEqual(cpu);
  expect(summarize([])).toEqual({
    state: 'elsewhere',
    reason: null,
    pid: null,
    versions: {},
    device: null,
    resident: [],
    loads: 0,
    merges: 0,
    restarts: 0,
    memory: null,
    isLoading: false,
  });
});

test('counts are added; engines on the host have the same total of memory', () => {
  expect(summarize([cpu, cpu, gpu, gpu])).toMatchObject({
    loads: 4,
    merges: 8,
    restarts: 6,
    resident: ['a', 'b'],
    device: { type: 'cpu, cuda', name: '2 × CPU, 2 × H100', dtype: 'float32, bfloat16' },
    memory: { used_bytes: 40, total_bytes: 300, peak_bytes: 80 },
  });
});

test.each<[EngineStatus['state'][], EngineStatus['state']]>([
  [['unavailable', 'ready'], 'ready'],
  [['busy', 'restarting'], 'busy'],
  [['busy', 'ready'], 'ready'],
  [['unavailable', 'starting'], 'starting'],
  [['unavailable', 'unavailable'], 'unavailable'],
  [['stopped', 'stopped'], 'stopped'],
])('%j are together %s', (states, together) => {
  const devices = states.map((state) => ({ ...cpu, state, reason: `it is ${state}` }));
  expect(summarize(devices)).toMatchObject({ state: together, reason: `it is ${together}` });
});
