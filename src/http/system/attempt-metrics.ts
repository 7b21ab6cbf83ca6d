import { Counter, Histogram, type Registry } from 'prom-client';
import type { ObserveAttempt } from '../../worker/attempt-facts.ts';

const secondsBuckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
const stepBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What rendering tells, in this process: how attempts ended and what their time went to, by model. */
export function attemptMetrics(registers: Registry[]): ObserveAttempt {
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames: ['model'], buckets, registers });
  const attempts = counter(
    'darkroom_attempts_total',
    'Attempts at requests, by how they ended and the error code (empty unless failed).',
    ['model', 'outcome', 'code'],
  );
  const hits = counter('darkroom_model_cache_hits_total', 'Attempts that found their base model in memory.', [
    'model',
  ]);
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
  return ({ model, outcome, code, secondsPerStep, seconds }) => {
    attempts.inc({ model, outcome, code: code ?? '' });
    if (secondsPerStep !== null) steps.observe({ model }, secondsPerStep);
    if (seconds === null) return;
    if (seconds.load === 0) hits.inc({ model });
    else loads.observe({ model }, seconds.load);
    if (seconds.merge !== null) merges.observe({ model }, seconds.merge);
    renders.observe({ model }, seconds.render);
  };
}
