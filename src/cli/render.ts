/**
 * `darkroom render`: one picture or video from flags, on the same path as a request over HTTP (checks, plan, engine, encoder), but
 * without a server, a queue or a database. Ctrl-C stops at the next step.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import type { Engine, JobReport } from '../engines/engine.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { UsageError } from '../errors/usage-error.ts';
import { callProvenance } from '../files/encode/call-provenance.ts';
import { createFrameEncoder } from '../files/encode/encode-frame.ts';
import type { FileStore } from '../files/file-store.ts';
import { createFolderStore } from '../files/folder/folder-store.ts';
import { handOver } from '../inference/hand-over.ts';
import { checkAsked, prepareJob } from '../inference/submit.ts';
import type { NewJob } from '../jobs/job.ts';
import { localProject } from '../keys/key-record.ts';
import { type StoredRender, withHashes } from '../render/stored-render.ts';
import { logOptions } from '../security/log-options.ts';
import { openEngines } from '../server/open-engine.ts';
import { createPlanFiles } from '../server/plan-files.ts';
import { createRequestParts, type RequestParts } from '../server/request-parts.ts';
import { madeWith } from '../worker/render/made-with.ts';
import { type PrepareParts, prepareRender } from '../worker/render/prepare-render.ts';
import { commandConfig } from './command-config.ts';
import { logDestination } from './log-destination.ts';
import { createProgressBar, type ProgressBar } from './progress-bar.ts';
import { inOptions } from './render/option-names.ts';
import {
  outputFile,
  type RenderOptions,
  renderOptionsSchema,
  renderRequest,
} from './render/render-options.ts';
import { setUpWhatIsMissing } from './setup.ts';

type Frame = Extract<JobReport, { type: 'frame' }>;

/** Renders and writes the file, then prints where it is and what to know about it. */
export async function render(given: unknown): Promise<void> {
  const options = renderOptionsSchema.parse(given);
  const config = commandConfig({ DEVICES: options.device, LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent' });
  await setUpWhatIsMissing(config);
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'darkroom-'));
  const log = pino({ level: config.LOG_LEVEL, ...logOptions }, logDestination());
  try {
    const { job, parts, files } = await prepare(options, scratch);
    const [call] = job.task.plan.calls;
    if (call === undefined) throw new Error('A plan has at least one call.');
    const output = outputFile(options, call.output);
    for (const warning of job.warnings) console.error(`note: ${inOptions(warning)}`);
    const first: Config = { ...config, DEVICES: config.DEVICES.slice(0, 1), SPARE_ENGINE: 'off' };
    const engines = openEngines({ config: first, log, kind: 'python' });
    const [slot] = engines.slots;
    if (slot === undefined) throw new Error('DEVICES names at least one device.');
    const { engine } = slot;
    const started = performance.now();
    try {
      const planFiles = createPlanFiles(parts, config, files);
      const { frame, known } = await renderFrame(job, scratch, { ...slot, planFiles });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const encode = createFrameEncoder({ config, log });
      const fps = call.output === 'video' ? call.fps : null;
      const made = await madeWith(known.plan.pipeline, engine, planFiles);
      const provenance = callProvenance(known, call, made);
      const { content } = await encode({ ...frame, fps }, job.task.output, provenance);
      await writeFile(output, content);
      console.log(`${output}: ${frame.width}×${frame.height}, seed ${call.seed}, ${seconds} s`);
    } finally {
      await engines.stop();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function prepare(
  options: RenderOptions,
  scratch: string,
): Promise<{ job: NewJob<StoredRender>; parts: RequestParts; files: FileStore }> {
  const config = commandConfig();
  const anywhere = { base: process.cwd(), allowed: [path.parse(process.cwd()).root] };
  const parts = await createRequestParts(config, anywhere);
  const { entry, request, warnings } = checkAsked(await renderRequest(options), parts);
  const nobody = {
    dialect: 'native',
    project: localProject,
    sent: null,
    keyId: null,
    seesAll: true,
    webhook: null,
    idempotency: null,
  };
  const context = { ...nobody, hfToken: null, warnings };
  const id = parts.newId();
  const { job, named } = await prepareJob({
    id,
    folder: scratch,
    entry,
    request,
    context,
    dependencies: parts,
  });
  const files = createFolderStore({ outputsFolder: scratch, blobsFolder: path.join(scratch, 'blobs') });
  await handOver(named, files);
  return { job, parts, files };
}

async function renderFrame(
  job: NewJob<StoredRender>,
  scratch: string,
  parts: PrepareParts & { engine: Engine },
): Promise<{ frame: Frame; known: StoredRender }> {
  const { plan } = job.task;
  const bar = createProgressBar(job.model);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const frames: Frame[] = [];
  try {
    const task = { job: job.id, scratch, signal: stop.signal };
    const prepared = await prepareRender(
      { ...task, plan, hfToken: null, onReport: (report) => show(report, bar) },
      parts,
    );
    if (prepared.kind !== 'prepared') throw failure(prepared);
    const outcome = await parts.engine.render({
      ...task,
      plan: prepared.plan,
      previewEvery: 0,
      calls: plan.calls.map(({ index }) => index),
      onReport: (report) => {
        if (report.type === 'frame') frames.push(report);
        else show(report, bar);
      },
    });
    const [frame] = frames;
    if (outcome.kind !== 'done' || frame === undefined) throw failure(outcome);
    return { frame, known: withHashes(job.task, prepared.plan) };
  } finally {
    process.off('SIGINT', interrupt);
    bar.clear();
  }
}

function show(report: Exclude<JobReport, Frame>, bar: ProgressBar): void {
  if (report.type === 'progress') bar.update(report.step, report.total, report.phase);
  if (report.type === 'warning') console.error(`note: ${inOptions(report.message)}`);
}

function failure(outcome: Awaited<ReturnType<Engine['render']>>): Error {
  switch (outcome.kind) {
    case 'failed':
      return new DarkroomError(outcome.code, outcome.message);
    case 'crashed':
      return new DarkroomError('ENGINE_CRASHED', outcome.message);
    case 'canceled':
      return new UsageError('Stopped.');
    case 'done':
      return new DarkroomError('RENDER_FAILED', 'The engine ended without a picture.');
  }
}
