import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EngineStatus } from '../../engines/engine.ts';
import type { DeviceStatus, EnginePoolStatus } from '../../engines/pool/engine-pool.ts';
import type { ObserveRender } from '../../engines/render-facts.ts';
import type { ObserveAttempt } from '../../jobs/attempt-facts.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';
import type { QueueCounts } from '../../jobs/reading/count-jobs.ts';
import { attemptMetrics, renderMetrics } from './attempt-metrics.ts';

export interface Metrics {
  contentType: string;
  /** Everything, read anew, in Prometheus' text format. */
  text(): Promise<string>;
  onAccepted(model: string): void;
  onAnswered(facts: {
    method: string;
    route: string;
    status: number;
    seconds: number;
    /** Null when the answer is no error. */
    code: string | null;
  }): void;
  onAttempt: ObserveAttempt;
  onRender: ObserveRender;
}

export interface MetricsParts {
  engine: EnginePoolStatus;
  jobs: Pick<Jobs, 'counts' | 'depth'>;
  freeBytes: () => Promise<number>;
}

/** One registry for each app, so that two apps in a process do not count together. */
export function createMetrics({ engine, jobs, freeBytes }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'darkroom_' });
  const accepted = new Counter({
    name: 'darkroom_requests_accepted_total',
    help: 'Requests accepted by this process.',
    labelNames: ['model'],
    registers,
  });
  const answered = new Histogram({
    name: 'darkroom_http_request_duration_seconds',
    help: 'HTTP requests by declared route; event streams count when they end.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });
  const refused = new Counter({
    name: 'darkroom_http_errors_total',
    help: 'Answers with an error, by its code.',
    labelNames: ['code'],
    registers,
  });
  const disk = new Gauge({
    name: 'darkroom_disk_free_bytes',
    help: 'Left where requests keep their files.',
    registers,
  });
  const showQueue = queueGauges(registers);
  const showEngine = engineGauges(registers);
  const showDevices = deviceGauges(registers);
  const spare = new Gauge({
    name: 'darkroom_spare_engine_ready',
    help: '1 while an engine process stands by to take over.',
    registers,
  });
  return {
    contentType: registry.contentType,
    async text() {
      showEngine(engine.status());
      showDevices(engine.devices());
      spare.set(engine.spare().state === 'ready' ? 1 : 0);
      showQueue(await jobs.counts());
      disk.set(await freeBytes());
      return registry.metrics();
    },
    onAccepted: (model) => accepted.inc({ model }),
    onAnswered: ({ seconds, status, code, method, route }) => {
      answered.observe({ method, route, status: String(status) }, seconds);
      if (code !== null) refused.inc({ code });
    },
    onAttempt: attemptMetrics(registers),
    onRender: renderMetrics(registers),
  };
}

function queueGauges(registers: Registry[]): (counts: QueueCounts) => void {
  const gauge = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Gauge({ name, help, labelNames, registers });
  const depth = gauge('darkroom_queue_depth', 'Requests that wait, by model.', ['model']);
  const age = gauge('darkroom_queue_oldest_seconds', 'Age of the oldest waiting request, by model.', [
    'model',
  ]);
  const running = gauge('darkroom_requests_running', 'Requests that are being rendered.', []);
  const finished = gauge(
    'darkroom_requests_finished',
    'Ended requests that are still kept, by state and error code (empty unless failed).',
    ['state', 'code'],
  );
  return (counts) => {
    for (const kept of [depth, age, finished]) kept.reset();
    for (const { model, count, oldestSeconds } of counts.queued) {
      depth.set({ model }, count);
      age.set({ model }, oldestSeconds);
    }
    running.set(counts.running);
    for (const { state, code, count } of counts.finished) finished.set({ state, code: code ?? '' }, count);
  };
}

function engineGauges(registers: Registry[]): (status: EngineStatus) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const up = gauge('darkroom_engine_up', '1 while the engine is ready or busy.');
  const loads = gauge('darkroom_engine_loads', 'Base checkpoints loaded since the engine started.');
  const merges = gauge('darkroom_engine_merges', 'LoRA sets merged since the engine started.');
  const restarts = gauge('darkroom_engine_restarts', 'Times the engine died and was started again.');
  const resident = gauge('darkroom_engine_resident_models', 'Base models in memory.');
  const memory = new Gauge({
    name: 'darkroom_engine_memory_bytes',
    help: 'Memory of all devices (of the engine processes, on a CPU).',
    labelNames: ['kind'],
    registers,
  });
  return (status) => {
    up.set(isUp(status));
    loads.set(status.loads);
    merges.set(status.merges);
    restarts.set(status.restarts);
    resident.set(status.resident.length);
    memory.reset();
    if (status.memory === null) return;
    memory.set({ kind: 'used' }, status.memory.used_bytes);
    memory.set({ kind: 'total' }, status.memory.total_bytes);
    memory.set({ kind: 'peak' }, status.memory.peak_bytes);
  };
}

/** The same of each device, and whether it works just now. */
function deviceGauges(registers: Registry[]): (devices: readonly DeviceStatus[]) => void {
  const gauge = <Label extends string>(name: string, help: string, ...more: Label[]) =>
    new Gauge({ name: `darkroom_device_${name}`, help, labelNames: ['device', ...more], registers });
  const gauges = {
    up: gauge('up', '1 while the engine of the device is ready or busy.'),
    busy: gauge('busy', '1 while a request is on the device.'),
    loads: gauge('loads', 'Base checkpoints loaded on the device since its engine started.'),
    merges: gauge('merges', 'LoRA sets merged on the device since its engine started.'),
    restarts: gauge('restarts', 'Times the engine of the device died and was started again.'),
    resident: gauge('resident_models', 'Base models in memory for the device.'),
  };
  const memory = gauge('memory_bytes', 'Memory of the device (of its engine process, on a CPU).', 'kind');
  return (devices) => {
    // `auto` gets another name when its engine is up.
    for (const shown of [...Object.values(gauges), memory]) shown.reset();
    for (const status of devices) {
      const labels = { device: status.name };
      gauges.up.set(labels, isUp(status));
      gauges.busy.set(labels, status.state === 'busy' ? 1 : 0);
      gauges.loads.set(labels, status.loads);
      gauges.merges.set(labels, status.merges);
      gauges.restarts.set(labels, status.restarts);
      gauges.resident.set(labels, status.resident.length);
      if (status.memory === null) continue;
      memory.set({ ...labels, kind: 'used' }, status.memory.used_bytes);
      memory.set({ ...labels, kind: 'total' }, status.memory.total_bytes);
      memory.set({ ...labels, kind: 'peak' }, status.memory.peak_bytes);
    }
  };
}

const isUp = ({ state }: EngineStatus): number => (state === 'ready' || state === 'busy' ? 1 : 0);
