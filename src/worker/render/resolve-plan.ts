/**
 * Resolve the identities in a stored plan to files on this machine, once per attempt:
 *
 *   checkpoint        bundled, CHECKPOINTS_PATH, else the hub cache (filled by `engine.prepare`)
 *   LoRA              by its hash: the file of its name in the LoRA folder, what was fetched before, the file store;
 *                     one of a URL: what was downloaded before, else the URL
 *   control picture   by its hash: the file store
 *
 * How weights are held (DTYPE, OFFLOAD_MODE, QUANTIZATION) is a setting of this machine, too.
 */
import path from 'node:path';
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { CommitsOf } from '../../engines/checkpoint-commits.ts';
import type { PrepareTask } from '../../engines/engine.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { blobKey, isSha256 } from '../../files/file-key.ts';
import type { FileStore } from '../../files/file-store.ts';
import { cachedName } from '../../loras/cache/lora-cache.ts';
import { readHeader } from '../../loras/file/header/read-header.ts';
import { type LoraFolders, locateLora } from '../../loras/sources/locate-lora.ts';
import type { RemoteLoras } from '../../loras/sources/remote-loras.ts';
import { shownPath } from '../../loras/sources/remote-path.ts';
import type { CheckFit } from '../../loras/sources/resolve-lora.ts';
import { adapterReading } from '../../render/build-plan.ts';
import {
  type EngineAdapter,
  type EngineCall,
  type EnginePlan,
  enginePipeline,
  type PipelineSettings,
} from '../../render/engine-plan.ts';
import type { Adapter, Call, LoraSource, RenderPlan } from '../../render/plan.ts';

/** The files on this machine, and the sources of the others. */
export interface PlanFiles {
  catalog: Catalog;
  settings: PipelineSettings;
  folders: LoraFolders;
  /** Folder that fetched LoRAs are kept in. */
  cacheFolder: string;
  files: Pick<FileStore, 'fetch' | 'isShared'>;
  hashFile: (file: string) => Promise<string>;
  remote: Pick<RemoteLoras, 'fetch' | 'used'>;
  checkFit: CheckFit;
  commitsOf: CommitsOf;
}

export interface ResolveTask {
  job: string;
  plan: RenderPlan;
  /** Existing folder for control pictures that have to be fetched, removed after the attempt. */
  scratch: string;
  signal: AbortSignal;
  /** The Hugging Face token of the request, for a LoRA by URL. */
  hfToken: string | null;
  onReport: PrepareTask['onReport'];
}

type Resolving = ResolveTask & PlanFiles & { entry: ModelEntry | undefined };

/**
 * Throws LORA_NOT_FOUND, LORA_INVALID, CONTROL_IMAGE_INVALID, STORAGE_UNAVAILABLE, and for a LoRA of a URL what
 * downloading and checking it throw.
 */
export async function resolvePlan(task: ResolveTask, files: PlanFiles): Promise<EnginePlan> {
  const { pipeline, adapters, calls } = task.plan;
  const entry = files.catalog.get(pipeline.model);
  const resolving = { ...task, ...files, entry };
  return {
    pipeline: enginePipeline(pipeline, entry, files.settings),
    adapters: await inTurn(adapters, (adapter) => resolveAdapter(adapter, resolving)),
    calls: await resolveCalls(calls, resolving),
    ...safetyOf(resolving),
  };
}

/** Where it is turned off, whoever wants pictures checked is told. */
function safetyOf({ plan, settings, job, onReport }: Resolving): Pick<EnginePlan, 'safety_checker'> {
  if (plan.safety_check === undefined) return {};
  if (settings.safetyChecker !== null) return { safety_checker: settings.safetyChecker };
  const message = 'The safety checker of this server is off (SAFETY_CHECKER): pictures are not checked.';
  onReport({ type: 'warning', job, message });
  return {};
}

async function resolveAdapter(stored: Adapter, resolving: Resolving): Promise<EngineAdapter> {
  // Plans of earlier versions do not name the model.
  const { entry } = resolving;
  const { source, ...adapter } = { ...(entry === undefined ? {} : adapterReading(entry)), ...stored };
  const { name, sha256 } = adapter;
  const found = sha256 === null ? null : await findLora(name, sha256, resolving);
  if (found !== null && sha256 !== null) return { ...adapter, sha256, file: found };
  if (source !== undefined)
    return { ...adapter, ...(await downloadLora({ name, sha256 }, source, resolving)) };
  throw await whyMissing(name, resolving);
}

/** The path of a LoRA with this hash: already on this machine, or fetched from the file store. */
async function findLora(name: string, sha256: string, resolving: Resolving): Promise<string | null> {
  const { folders, cacheFolder, files, remote, hashFile, job, signal, onReport } = resolving;
  const hasHash = async (file: string): Promise<boolean> =>
    (await hashFile(file).catch(() => null)) === sha256;
  const own = await locateLora(name, folders).catch(() => null);
  if (own !== null && (await hasHash(own))) return own;
  const cached = path.join(cacheFolder, cachedName(sha256));
  if (!(await hasHash(cached))) {
    // The attempt gives up the device when it hears of this.
    if (files.isShared)
      onReport({ type: 'progress', job, call: null, phase: 'downloading', step: 0, total: 0 });
    const fetched = await files.fetch(blobKey(sha256), cached, signal);
    if (fetched !== cached) return fetched;
  }
  await remote.used(sha256);
  return cached;
}

/** Why a LoRA of the LoRA folder cannot be found any more. */
async function whyMissing(name: string, { folders, files }: Resolving): Promise<DarkroomError> {
  const shown = shownPath(name);
  const details = { path: shown };
  if ((await locateLora(name, folders).catch(() => null)) !== null) {
    const message = `The LoRA "${shown}" changed after the request was accepted. Send the request again.`;
    return new DarkroomError('LORA_INVALID', message, { details });
  }
  const advice = files.isShared
    ? 'send the request again, and it is handed over once more'
    : 'set ARTIFACTS_URL so that files are handed over, or keep the LoRA folders equal';
  const message = `The LoRA "${shown}" is not on the machine that renders this request: ${advice}.`;
  return new DarkroomError('LORA_NOT_FOUND', message, { details });
}

const asTrained = { others: 1, tensors: {} };

/**
 * A LoRA by URL, downloaded unless it is already here; its bytes are reported as progress. If the host now serves another version than
 * the one that was checked, that is checked again, and the client is warned.
 */
async function downloadLora(
  { name, sha256 }: Pick<Adapter, 'name' | 'sha256'>,
  source: LoraSource,
  { job, entry, signal, hfToken, onReport, remote, checkFit }: Resolving,
): Promise<Pick<EngineAdapter, 'file' | 'sha256' | 'strength'>> {
  const fetched = await remote.fetch({
    requested: name,
    source,
    sha256,
    hfToken,
    signal,
    onBytes: (step, total) =>
      onReport({
        type: 'progress',
        job,
        call: null,
        phase: 'downloading',
        step,
        // Without a length only the bytes received so far are known.
        total: total ?? step,
      }),
  });
  const found = { file: fetched.file, sha256: fetched.sha256 };
  if (!fetched.hasChanged || entry === undefined) return found;
  const label = shownPath(name);
  const header = await readHeader(fetched.file, label);
  const { strength, warnings } = await checkFit(entry, label, { ...header, peftConfig: fetched.peftConfig });
  const first = `LoRA "${label}" changed at its host after the request was accepted; the new file is used.`;
  for (const message of [first, ...warnings]) onReport({ type: 'warning', job, message });
  return { ...found, strength: strength ?? asTrained };
}

/** A picture that several calls use is fetched once. */
async function resolveCalls(calls: readonly Call[], resolving: Resolving): Promise<EngineCall[]> {
  const paths = new Map<string, string>();
  for (const { pictures } of calls.flatMap(({ images }) => Object.values(images)))
    for (const picture of pictures)
      if (!paths.has(picture)) paths.set(picture, await findPicture(picture, resolving));
  return calls.map((call) => ({
    ...call,
    images: Object.fromEntries(
      Object.entries(call.images).map(([name, { pictures, ...argument }]) => [
        name,
        { ...argument, files: pictures.flatMap((picture) => paths.get(picture) ?? []) },
      ]),
    ),
  }));
}

async function findPicture(sha256: string, { files, scratch, signal }: Resolving): Promise<string> {
  const target = path.join(scratch, `${sha256}.png`);
  const found = isSha256(sha256) ? await files.fetch(blobKey(sha256), target, signal) : null;
  if (found !== null) return found;
  throw new DarkroomError(
    'CONTROL_IMAGE_INVALID',
    'A control image of this request is not on the machine that renders it, and was not handed over. Send the request again; workers on other machines need ARTIFACTS_URL.',
  );
}

/** One after the other: they share one connection and one disk. */
async function inTurn<From, To>(items: readonly From[], convert: (item: From) => Promise<To>): Promise<To[]> {
  const converted: To[] = [];
  for (const item of items) converted.push(await convert(item));
  return converted;
}
