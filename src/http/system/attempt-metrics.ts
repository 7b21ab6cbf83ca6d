import { Counter, Histogram, type Registry } from 'prom-client';
import type { ObserveRender } from '../../engines/render-facts.ts';
import type { ObserveAttempt } from '../../jobs/attempt-facts.ts';

const secondsBuckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
const stepBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How attempts at jobs ended in this process, by model. */
export function attemptMetrics(registers: Registry[]): ObserveAttempt {
  const attempts = new Counter({
    name: 'darkroom_attempts_total',
    help: 'Attempts at requests, by how they ended and the error code (empty unless failed).',
    labelNames: ['model', 'outcome', 'code'],
    registers,
  });
  return ({ model, outcome, code }) => attempts.inc({ model, outcome, code: code ?? '' });
}

/** What the time of renders went to in this process, by model. */
export function renderMetrics(registers: Registry[]): ObserveRender {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames: ['model'], buckets, registers });
  const hits = new Counter({
    name: 'darkroom_model_cache_hits_total',
    help: 'Attempts that found their base model in memory.',
    labelNames: ['model'],
    registers,
  });
  const loads = histogram('darkroom_model_load_seconds', 'Loading of a base model.', secondsBuckets);
  const merges = histogram(
    'darkroom_lora_switch_seconds',
    'Bringing the weights to the LoRAs of a request.',
    secondsBuckets,
  );
  const renders = histogram(
    'darkroom_render_seconds',
    'Device time of a request, loading aside.',
    secondsBuckets,
  );
  const steps = histogram('darkroom_step_seconds', 'A denoising step, by request.', stepBuckets);
  return ({ model, secondsPerStep, seconds }) => {
    if (secondsPerStep !== null) steps.observe({ model }, secondsPerStep);
    if (seconds === null) return;
    if (seconds.load === 0) hits.inc({ model });
    else loads.observe({ model }, seconds.load);
    if (seconds.merge !== null) merges.observe({ model }, seconds.merge);
    renders.observe({ model }, seconds.render);
  };
}
