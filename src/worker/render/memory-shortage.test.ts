import { expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { enginePipeline, type WeightSettings } from '../../render/engine-plan.ts';
import { pipelineSpec } from '../../render/pipeline-spec.ts';
import { memoryShortage } from './memory-shortage.ts';

const catalog = await loadCatalog();
const gib = 2 ** 30;
const memoryOf = (total: number) => ({ used_bytes: 0, total_bytes: total * gib, peak_bytes: 0 });
const cpu = (total: number) => ({
  device: { type: 'cpu', name: 'x86_64', dtype: 'float32' },
  memory: memoryOf(total),
});
const gpu = (total: number) => ({
  device: { type: 'cuda', name: 'GPU', dtype: 'bfloat16' },
  memory: memoryOf(total),
});

function shortage(
  facts: ReturnType<typeof cpu>,
  hostGib: number,
  settings: Partial<WeightSettings> & { path?: string } = {},
): string | null {
  const entry = catalog.get('flux');
  if (entry === undefined) throw new Error('There is no flux.');
  const weightsOf = () => ({ dtype: 'auto', offload: 'auto', quantization: 'none', ...settings }) as const;
  const machine = { locate: () => settings.path ?? null, weightsOf, safetyChecker: null };
  const spec = enginePipeline(pipelineSpec(entry, false), entry, machine);
  return memoryShortage(entry, spec, facts, hostGib * gib);
}

test('a CPU without the memory is told how much, and what would help', () => {
  expect(shortage(cpu(24), 24)).toBe(
    'flux needs about 68.0 GiB of memory as float32 weights, and 24.0 GiB can be had here, so black-forest-labs/FLUX.1-dev is not downloaded. DTYPE=flux=bfloat16 halves it. An OFFLOAD_MODE named for it, such as flux=model, tries it all the same.',
  );
  expect(shortage(cpu(48), 48, { dtype: 'bfloat16' })).toBeNull();
  expect(shortage(cpu(24), 24, { dtype: 'bfloat16', quantization: 'fp8' })).toBeNull();
});

test('a small GPU is enough where the host can hold the weights', () => {
  expect(shortage(gpu(12), 64)).toBeNull();
  expect(shortage(gpu(24), 32)).toBeNull();
  expect(shortage(gpu(12), 16)).toContain('QUANTIZATION=flux=fp8');
});

test('files that are here, and a mode that was asked for, are left to the engine', () => {
  expect(shortage(cpu(4), 4, { path: '/checkpoints/flux' })).toBeNull();
  expect(shortage(cpu(4), 4, { offload: 'none' })).toBeNull();
});
