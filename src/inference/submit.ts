/**
 * From a request that a dialect has parsed to a job that is on disk.
 *
 *   look LoRAs of the registry up ─▶ find the entry ─▶ settle the prompts ─▶ check what needs only the entry ─▶ find and read the LoRAs ─▶ receive control images ─▶ plan ─▶ hand over files ─▶ accept
 *
 * The cheap checks come first, and nothing is stored before all have passed. Whatever fails throws a DarkroomError, and
 * leaves no file behind.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { FileStore } from '../files/file-store.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Accepted } from '../jobs/queue/accept-jobs.ts';
import type { Webhook } from '../jobs/webhook.ts';
import type { ResolveLora } from '../loras/sources/resolve-lora.ts';
import type { PictureReceiver } from '../pictures/receive-picture.ts';
import { buildPlan, type PlanSettings } from '../render/build-plan.ts';
import { checkRequest, findModel } from '../render/check-request.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import { settlePrompts } from '../render/prompts/settle-prompts.ts';
import type { LoraRequest, PromptRequest, RenderRequest, ResolvedLora } from '../render/request.ts';
import { inputFiles, neededFiles, type StoredRender } from '../render/stored-render.ts';
import { redactDeep } from '../security/redact.ts';
import { handOver, type NamedFile } from './hand-over.ts';
import { receivePictures } from './receive-pictures.ts';

export interface SubmitContext {
  /** Id of the dialect. */
  dialect: string;
  /** Id of the project that it belongs to. */
  project: string;
  /** What the client sent, without secrets and pictures. */
  sent: unknown;
  keyId: string | null;
  /** Whether what belongs to other projects may be used. */
  seesAll: boolean;
  webhook: Webhook | null;
  idempotency: NewJob['idempotency'];
  /** Used for this request only: see `request-tokens.ts`. */
  hfToken: string | null;
  /** Warnings of the dialect, which come before ours. */
  warnings: readonly Sentence[];
  /** When it is canceled, if it has not ended by then. */
  cancelAt?: Date | null;
  /** Called with the job before it is stored; what it returns is. What it throws refuses the request. */
  revise?: (job: NewJob<StoredRender>) => Promise<NewJob<StoredRender>>;
}

export interface SubmitDependencies {
  catalog: Catalog;
  settings: PlanSettings;
  limits: { maxLoras: number };
  resolveLora: ResolveLora;
  /** What LoRAs of the registry stand for. */
  lookUpLoras: (who: LoraAsker, loras: readonly LoraRequest[]) => Promise<LoraRequest[][]>;
  images: PictureReceiver;
  files: Pick<FileStore, 'put' | 'isShared'>;
  /** Parent of the folders that pictures are received in. */
  scratchFolder: string;
  newId: () => string;
  drawSeed: () => number;
  rememberToken: (job: string, token: string) => Promise<void>;
  accept: (job: NewJob<StoredRender>) => Promise<Accepted>;
}

/** Who asks for a LoRA of the registry. */
export type LoraAsker = Pick<SubmitContext, 'project' | 'keyId' | 'seesAll'>;

export type Submit = (request: RenderRequest, context: SubmitContext) => Promise<Accepted>;

/** Make the use case from what it needs. See the top of the file for what it throws. */
export function createSubmit(dependencies: SubmitDependencies): Submit {
  return async (asked, context) => {
    const id = dependencies.newId();
    const folder = path.join(dependencies.scratchFolder, id);
    const job = await receive(async () => {
      const prepared = await planRequest({ id, folder, asked, context }, dependencies);
      if (context.hfToken !== null) await dependencies.rememberToken(id, context.hfToken);
      const { revise = async (job) => job } = context;
      const revised = await revise(prepared.job);
      await handOver(prepared.named, dependencies.files);
      return revised;
    }, folder);
    return dependencies.accept(job);
  };
}

/** What making the job of a request needs, as a client sent it; where it then goes is another matter. */
export type PlanDependencies = PrepareDependencies &
  Pick<SubmitDependencies, 'catalog' | 'limits' | 'lookUpLoras'>;

/** The job of a request, checked and planned. Nothing is stored but its pictures, in `folder`. Throws DarkroomError. */
export async function planRequest(
  { id, folder, asked, context }: Pick<Preparation, 'id' | 'folder' | 'context'> & { asked: RenderRequest },
  dependencies: PlanDependencies,
): Promise<PreparedJob> {
  const lookedUp = await lookUp(asked, context, dependencies);
  const { entry, request, warnings } = checkAsked(lookedUp, dependencies);
  const told = { ...context, warnings: [...context.warnings, ...warnings] };
  return prepareJob({ id, folder, entry, request, context: told, dependencies });
}

/** The request with each LoRA of the registry in place of what it was called, and the strengths of prompts to match. */
async function lookUp(
  asked: RenderRequest,
  context: SubmitContext,
  { lookUpLoras }: Pick<SubmitDependencies, 'lookUpLoras'>,
): Promise<RenderRequest> {
  const found = await lookUpLoras(context, asked.loras);
  if (found.every(([only, ...more]) => only?.registered === undefined && more.length === 0)) return asked;
  const prompts = asked.prompts.map((prompt) => ({
    ...prompt,
    scales: scalesOf(prompt.scales, asked.loras, found),
  }));
  return { ...asked, loras: found.flat(), prompts };
}

/** A list that is not one for each LoRA of the request stays, and is refused. */
function scalesOf(
  scales: PromptRequest['scales'],
  asked: readonly LoraRequest[],
  found: readonly LoraRequest[][],
): PromptRequest['scales'] {
  if (scales === null || (typeof scales !== 'number' && scales.length !== asked.length)) return scales;
  return found.flatMap((parts, index) => {
    const wanted = typeof scales === 'number' ? scales : (scales[index] ?? 1);
    // What a part of a composition has of the strength of the whole.
    return parts.map(({ registered }) => wanted * (registered?.share ?? 1));
  });
}

/** The folder is gone before the job is accepted: whoever renders it has one of the same name. */
async function receive(
  prepare: () => Promise<NewJob<StoredRender>>,
  folder: string,
): Promise<NewJob<StoredRender>> {
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const job = await prepare();
    if (job.inputs.length > 0) await removeFolder();
    return job;
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/**
 * The entry of what was asked for, and the request with all that its prompts leave to it in their own fields, checked as far as
 * the entry alone can tell. Throws DarkroomError.
 */
export function checkAsked(
  asked: RenderRequest,
  { catalog, limits, drawSeed }: Pick<SubmitDependencies, 'catalog' | 'limits' | 'drawSeed'>,
): { entry: ModelEntry; request: RenderRequest; warnings: Sentence[] } {
  const entry = findModel(catalog, asked.model);
  const { request, warnings } = settlePrompts(entry, asked, drawSeed);
  checkRequest(entry, request, limits);
  return { entry, request, warnings };
}

/** What turning a request into a job needs; where the job then goes is another matter. */
export type PrepareDependencies = Pick<
  SubmitDependencies,
  'settings' | 'resolveLora' | 'images' | 'drawSeed'
>;

export interface Preparation {
  id: string;
  /** For the control images; made when there are any. */
  folder: string;
  entry: ModelEntry;
  /** Checked by `checkRequest`. */
  request: RenderRequest;
  context: SubmitContext;
  dependencies: PrepareDependencies;
}

export interface PreparedJob {
  job: NewJob<StoredRender>;
  /** Files of this machine that the plan names by their hashes. */
  named: NamedFile[];
}

/** The job of a checked request: its LoRAs found, its control images received, its plan made. Throws DarkroomError. */
export async function prepareJob(preparation: Preparation): Promise<PreparedJob> {
  const { id, folder, entry, request, context, dependencies } = preparation;
  const { settings, drawSeed } = dependencies;
  const found = await resolveLoras(entry, request, context, dependencies);
  if (request.prompts.some(({ controlImages, source }) => controlImages.length > 0 || source !== null)) {
    // Built once without pictures: a size that cannot be rendered must be refused before a picture is fetched.
    const without = { controlImages: [], sources: [], drawSeed: () => 0 };
    buildPlan({ entry, request, loras: found.loras, settings, ...without });
  }
  const pictures = await receivePictures(entry, request, folder, dependencies.images);
  const { plan, warnings } = buildPlan({
    entry,
    request,
    loras: found.loras,
    controlImages: pictures.received,
    sources: pictures.sources,
    settings,
    drawSeed,
  });
  const task: StoredRender = {
    plan,
    output: request.output,
    previewEvery: request.previewEvery,
    loras: found.loras.map((lora) => ({
      path: lora.request.path,
      sha256: lora.sha256,
      scale: lora.request.scale,
    })),
  };
  const job: NewJob<StoredRender> = {
    id,
    kind: 'render',
    dialect: context.dialect,
    project: context.project,
    model: entry.id,
    task,
    request: context.sent,
    queue: pipelineKey(plan.pipeline),
    units: plan.calls.length,
    needs: neededFiles(task),
    inputs: inputFiles(task),
    priority: request.priority,
    warnings: [...context.warnings, ...found.warnings, ...pictures.warnings, ...warnings].map((one) =>
      redactDeep(one),
    ),
    keyId: context.keyId,
    webhook: context.webhook,
    idempotency: context.idempotency,
    cancelAt: context.cancelAt ?? null,
  };
  const named = [...lorasOfFolders(found.loras), ...picturesIn(folder, job.inputs)];
  return { job, named };
}

/** Whoever renders gets those of URLs from there. */
function lorasOfFolders(loras: readonly ResolvedLora[]): NamedFile[] {
  return loras.flatMap(({ request, file, sha256, source }) =>
    file === null || sha256 === null || source !== null
      ? []
      : [{ kind: 'lora', sha256, path: file, name: request.path }],
  );
}

const picturesIn = (folder: string, hashes: readonly string[]): NamedFile[] =>
  hashes.map((sha256) => {
    const name = `${sha256}.png`;
    return { kind: 'picture', sha256, path: path.join(folder, name), name };
  });

async function resolveLoras(
  entry: ModelEntry,
  request: RenderRequest,
  context: SubmitContext,
  { resolveLora }: PrepareDependencies,
): Promise<{ loras: ResolvedLora[]; warnings: string[] }> {
  if (request.baseOnly) return { loras: [], warnings: [] };
  const resolved = await Promise.all(
    request.loras.map(async (lora) => ({
      lora,
      found: await resolveLora(entry, lora.path, context.hfToken, lora.registered),
    })),
  );
  return {
    loras: resolved.map(({ lora, found: { file, sha256, source, strength, ignored } }) => ({
      request: lora,
      file,
      sha256,
      source,
      strength,
      ignored,
    })),
    warnings: resolved.flatMap(({ found }) => found.warnings),
  };
}
