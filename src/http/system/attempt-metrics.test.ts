import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { attemptMetrics, renderMetrics } from './attempt-metrics.ts';

const model = 'demo';

test('attempts move the counters and histograms of their model', async () => {
  const registry = new Registry();
  const [ended, rendered] = [attemptMetrics([registry]), renderMetrics([registry])];
  for (const outcome of ['done', 'done'] as const) ended({ model, outcome, code: null });
  ended({ model, outcome: 'failed', code: 'OUT_OF_MEMORY' });
  rendered({ model, secondsPerStep: 0.5, seconds: { load: 3, merge: 0.25, render: 4 } });
  rendered({ model, secondsPerStep: 0.25, seconds: { load: 0, merge: null, render: 2 } });
  rendered({ model, secondsPerStep: null, seconds: null });
  const text = await registry.metrics();
  for (const line of [
    'darkroom_attempts_total{model="demo",outcome="done",code=""} 2',
    'darkroom_attempts_total{model="demo",outcome="failed",code="OUT_OF_MEMORY"} 1',
    'darkroom_model_cache_hits_total{model="demo"} 1',
    'darkroom_model_load_seconds_sum{model="demo"} 3',
    'darkroom_model_load_seconds_count{model="demo"} 1',
    'darkroom_lora_switch_seconds_sum{model="demo"} 0.25',
    'darkroom_lora_switch_seconds_count{model="demo"} 1',
    'darkroom_render_seconds_sum{model="demo"} 6',
    'darkroom_step_seconds_sum{model="demo"} 0.75',
    'darkroom_step_seconds_count{model="demo"} 2',
  ]) {
    expect(text).toContain(line);
  }
});
