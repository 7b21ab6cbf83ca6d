/**
 * The plan of a job as this machine can run it.
 *
 * A plan names files as the process that accepted the job found them, which may have been another machine, or this one
 * before its settings changed. What the plan means is in the names and hashes beside the paths, so each path is found again:
 *
 *   checkpoint      by repository: bundled, CHECKPOINTS_PATH, else the hub
 *   LoRA            by hash: the path of the plan, the LoRA folder, what was fetched before, the shared files;
 *                   one of a URL: what was downloaded before, else the URL, as this machine's own download
 *   control image   the path of the plan, else the shared files
 *
 * How weights are held (DTYPE, OFFLOAD_MODE, QUANTIZATION) is for the machine that holds them. Nothing else of a plan changes.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../catalog/load-catalog.ts';
import type { RenderTask } from '../engines/engine.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { SharedFiles } from '../files/shared-files.ts';
import { cachedName } from '../loras/cache/lora-cache.ts';
import { readHeader } from '../loras/file/read-header.ts';
import { type LoraFolders, locateLora } from '../loras/sources/locate-lora.ts';
import { shownPath } from '../loras/sources/lora-remote.ts';
import type { RemoteLoras } from '../loras/sources/remote-loras.ts';
import type { CheckFit } from '../loras/sources/resolve-lora.ts';
import { adapterReading } from '../render/build-plan.ts';
import { type PipelineSettings, weights } from '../render/pipeline-spec.ts';
import type { Adapter, Call, LoraSource, PipelineSpec, RenderPlan } from '../render/plan.ts';
import { sharedInput, sharedLora } from './hand-over-files.ts';

export interface LocalParts {
  catalog: Catalog;
  settings: PipelineSettings;
  /** The LoRAs of this machine. */
  folders: LoraFolders;
  /** LoRAs that were fetched from the shared files are kept here. */
  cacheFolder: string;
  /** Null where processes share no files. */
  shared: SharedFiles | null;
  hashFile: (file: string) => Promise<string>;
  remote: Pick<RemoteLoras, 'fetch' | 'used'>;
  checkFit: CheckFit;
}

/** `scratch` is an existing folder for control images, and gone when the attempt is over. */
export type LocalTask = Pick<RenderTask, 'job' | 'plan' | 'scratch' | 'signal' | 'hfToken' | 'onReport'>;

/**
 * Throws LORA_NOT_FOUND, CONTROL_IMAGE_INVALID, STORAGE_UNAVAILABLE, and for a LoRA of a URL what downloading and checking it
 * throw.
 */
export async function localizePlan(task: LocalTask, parts: LocalParts): Promise<RenderPlan> {
  const { pipeline, adapters, calls } = task.plan;
  return {
    pipeline: localPipeline(pipeline, parts),
    adapters: await inTurn(adapters, (adapter) => localAdapter(adapter, task, parts)),
    calls: await inTurn(calls, (call) => localCall(call, task, parts)),
  };
}

export function localPipeline(
  spec: PipelineSpec,
  { catalog, settings }: Pick<LocalParts, 'catalog' | 'settings'>,
): PipelineSpec {
  const components = Object.entries(spec.components).map(([name, source]) => [
    name,
    source === null ? null : { ...source, path: settings.locate(source.repository, undefined) },
  ]);
  const entry = catalog.get(spec.model);
  return {
    ...spec,
    path: settings.locate(spec.repository, entry?.checkpoint.bundled),
    components: Object.fromEntries(components),
    ...(entry === undefined ? {} : weights(entry.lora, settings.weightsOf(entry.id))),
  };
}

async function localAdapter(stored: Adapter, task: LocalTask, parts: LocalParts): Promise<Adapter> {
  const entry = parts.catalog.get(task.plan.pipeline.model);
  // Plans that were stored before the engine was told of the model do not say it.
  const { source, ...adapter } = { ...(entry === undefined ? {} : adapterReading(entry)), ...stored };
  const cached = path.join(parts.cacheFolder, cachedName(adapter.sha256));
  const own = await locateLora(adapter.name, parts.folders).catch(() => null);
  for (const file of [adapter.file, own, cached]) {
    if (file === null || file === '' || !(await hasHash(file, adapter.sha256, parts))) continue;
    if (source !== undefined) await parts.remote.used(adapter.sha256);
    return { ...adapter, file };
  }
  if (source !== undefined) return { ...adapter, ...(await downloadAdapter(adapter, source, task, parts)) };
  if (parts.shared === null) {
    // The engine says what is wrong with a file that changed. One that is not here at all is for us to tell.
    if (await exists(adapter.file)) return adapter;
    throw notHere(adapter, 'set ARTIFACTS_URL so that files are handed over, or keep the LoRA folders equal');
  }
  // Whoever runs the attempt lets go of the device on this word.
  const { job } = task;
  task.onReport({ type: 'progress', job, call: null, phase: 'downloading', step: 0, total: 0 });
  await fetchLora(adapter, cached, { shared: parts.shared, hashFile: parts.hashFile }, task.signal);
  return { ...adapter, file: cached };
}

const asTrained = { others: 1, tensors: {} };

/**
 * The LoRA of a URL on this machine: downloaded unless it is here already, with its bytes told as progress. When its host
 * gives another version than the one that was checked, that is checked anew, and the client is told.
 */
async function downloadAdapter(
  { name, sha256 }: Pick<Adapter, 'name' | 'sha256'>,
  source: LoraSource,
  task: LocalTask,
  { remote, catalog, checkFit }: Pick<LocalParts, 'remote' | 'catalog' | 'checkFit'>,
): Promise<Pick<Adapter, 'file' | 'sha256' | 'strength'>> {
  const { job, plan, signal, hfToken = null, onReport } = task;
  const fetched = await remote.fetch({
    ...{ requested: name, source, sha256: sha256 === '' ? null : sha256, hfToken, signal },
    onBytes: (step, total) =>
      onReport({
        ...{ type: 'progress', job, call: null, phase: 'downloading', step },
        // Without a length, all that is known is what has come.
        total: total ?? step,
      }),
  });
  const entry = catalog.get(plan.pipeline.model);
  const found = { file: fetched.file, sha256: fetched.sha256 };
  if (!fetched.hasChanged || entry === undefined) return found;
  const label = shownPath(name);
  const header = await readHeader(fetched.file, label);
  const { strength, warnings } = await checkFit(entry, label, { ...header, peftConfig: fetched.peftConfig });
  const first = `LoRA "${label}" changed at its host after the request was accepted; the new file is used.`;
  for (const message of [first, ...warnings]) onReport({ type: 'warning', job, message });
  return { ...found, strength: strength ?? asTrained };
}

async function fetchLora(
  adapter: Adapter,
  target: string,
  { shared, hashFile }: { shared: SharedFiles; hashFile: LocalParts['hashFile'] },
  signal: AbortSignal,
): Promise<void> {
  const name = sharedLora(adapter.sha256);
  const part = `${target}.${randomUUID()}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  if (!(await shared.fetch(name, part, signal)))
    throw notHere(adapter, 'send the request again, and it is handed over once more');
  if ((await hashFile(part)) === adapter.sha256) return rename(part, target);
  // It changed while it was handed over; the next request must not find it under this hash.
  await rm(part, { force: true });
  await shared.remove(name);
  throw notHere(adapter, 'it changed after the request was accepted; send the request again');
}

async function localCall(call: Call, task: LocalTask, parts: LocalParts): Promise<Call> {
  const images = await inTurn(Object.entries(call.images), async ([name, argument]) => {
    const files = await inTurn(argument.files, (file) => localImage(file, task, parts));
    return [name, { ...argument, files }] as const;
  });
  return { ...call, images: Object.fromEntries(images) };
}

async function localImage(file: string, task: LocalTask, { shared }: LocalParts): Promise<string> {
  if (await exists(file)) return file;
  const target = path.join(task.scratch, path.basename(file));
  if (await exists(target)) return target;
  if (shared !== null && (await shared.fetch(sharedInput(task.job, file), target, task.signal)))
    return target;
  throw new DarkroomError(
    'CONTROL_IMAGE_INVALID',
    'A control image of this request is not on the machine that renders it, and was not handed over. Send the request again; workers on other machines need ARTIFACTS_URL.',
  );
}

function notHere({ name }: Adapter, advice: string): DarkroomError {
  const shown = (name.split('?')[0] ?? name).slice(0, 200);
  return new DarkroomError(
    'LORA_NOT_FOUND',
    `The LoRA "${shown}" is not on the machine that renders this request: ${advice}.`,
    { details: { path: shown } },
  );
}

async function hasHash(file: string, sha256: string, { hashFile }: LocalParts): Promise<boolean> {
  return (await hashFile(file).catch(() => null)) === sha256;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** One after the other: they share one connection and one disk. */
async function inTurn<From, To>(items: readonly From[], convert: (item: From) => Promise<To>): Promise<To[]> {
  const converted: To[] = [];
  for (const item of items) converted.push(await convert(item));
  return converted;
}
