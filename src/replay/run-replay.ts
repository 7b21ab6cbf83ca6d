/**
 * Make a picture again from its recipe, and say how near it comes:
 *
 *   find what the recipe names ─▶ a request of its own, pinned to the recipe's commits ─▶ wait for it ─▶ compare files, pixels, recipes
 *
 * The request is an ordinary one, with an idempotency key that is named after the replay: done again after a stop, it is the same.
 */

import type { ErrorBody } from '../errors/darkroom-error.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { plainSentence } from '../errors/sentence.ts';
import { type Provenance, parseProvenance } from '../files/encode/provenance.ts';
import { blobKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Submit } from '../inference/submit.ts';
import type { Job, NewJob } from '../jobs/job.ts';
import type { JobProgress } from '../jobs/job-event.ts';
import { figuresOf } from '../pictures/compare/figures.ts';
import { gradeOf } from '../pictures/compare/grade.ts';
import { decodePixels, type Pixels, sameSize } from '../pictures/compare/pixels.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import type { PipelineSpec } from '../render/plan.ts';
import type { StoredRender } from '../render/stored-render.ts';
import { compareRecipes, isSameEnvironment } from './compare-recipes.ts';
import { type FindParts, findParts } from './find-parts.ts';
import { replayRequest } from './replay-request.ts';
import type { Missing, ReplayResult, ReplayTask } from './replay-task.ts';

export interface ReplayParts extends FindParts {
  submit: Submit;
  /** What the parts of a pipeline are at on this machine, by repository. */
  commitsOf: (spec: PipelineSpec) => Promise<Record<string, string>>;
  children: Children;
  files: Pick<FileStore, 'read'>;
  decodeVideo: (bytes: Uint8Array, signal: AbortSignal) => Promise<Pixels>;
}

/** The requests that a job has made of its own. */
export interface Children {
  /** Resolves when the job has ended, or throws when the signal aborts first. */
  wait(id: string, onProgress: (progress: JobProgress) => void, signal: AbortSignal): Promise<Job>;
  cancel(id: string): Promise<void>;
  /** The recipe that was kept with an output; null without one. */
  recipe(id: string, index: number): Promise<string | null>;
}

export interface ReplayRun {
  id: string;
  signal: AbortSignal;
  /** Called once the request is accepted. */
  onChild: (id: string) => Promise<void>;
  onProgress: (progress: JobProgress) => void;
}

/** The request failed for a reason that is none of the recipe's. */
export class ReplayFailed extends Error {
  readonly body: ErrorBody;
  constructor(body: ErrorBody) {
    super(plainSentence(body.message));
    this.body = body;
  }
}

/** Throws ReplayFailed, and what aborting throws. */
export async function runReplay(task: ReplayTask, run: ReplayRun, parts: ReplayParts): Promise<ReplayResult> {
  const recipe = parseProvenance(task.recipe);
  if (recipe === null) throw new Error('The recipe of a replay was read before it was stored.');
  const found = await findParts(recipe, task.asker, new Set(task.pictures), parts);
  const { entry, missing } = found;
  if (entry === null || missing.length > 0) return cannot(missing);
  const request = replayRequest(recipe, { ...found, entry, output: task.output });
  const accepted = await submitPinned(request, recipe, { task, run, parts });
  if ('missing' in accepted) return cannot([accepted.missing]);
  await run.onChild(accepted.id);
  const child = await parts.children.wait(accepted.id, run.onProgress, run.signal);
  if (child.state !== 'succeeded') return cannot([whyFailed(child)]);
  return compare(recipe, task, child, run.signal, parts);
}

const cannot = (missing: Missing[]): ReplayResult => ({
  verdict: 'cannot',
  grade: null,
  sha256: null,
  figures: null,
  differences: [],
  missing,
  isSameEnvironment: false,
});

async function submitPinned(
  request: Parameters<Submit>[0],
  recipe: Provenance,
  { task, run, parts }: { task: ReplayTask; run: ReplayRun; parts: ReplayParts },
): Promise<{ id: string } | { missing: Missing }> {
  try {
    const { job } = await parts.submit(request, {
      dialect: task.dialect,
      ...task.asker,
      sent: null,
      webhook: null,
      idempotency: { key: `replay ${run.id}`, bodyHash: run.id },
      hfToken: null,
      warnings: [],
      revise: (prepared) => pin(prepared, recipe, parts),
    });
    return { id: job.id };
  } catch (error) {
    if (!(error instanceof DarkroomError) || error.retryable) throw error;
    const what = plainSentence(error.sentence);
    return {
      missing: { kind: 'recipe', sha256: null, what, how: 'See docs/replay.md for what a replay needs.' },
    };
  }
}

/** LoRAs keep the names that the recipe has for them, and repositories that have moved on are taken at its commits. */
async function pin(
  job: NewJob<StoredRender>,
  recipe: Provenance,
  { commitsOf }: Pick<ReplayParts, 'commitsOf'>,
): Promise<NewJob<StoredRender>> {
  const { plan, loras } = job.task;
  for (const [index, { sha256 }] of plan.adapters.entries()) assertSame(recipe.loras[index], sha256);
  const pipeline = pinned(plan.pipeline, recipe, await commitsOf(plan.pipeline));
  return {
    ...job,
    queue: pipelineKey(pipeline),
    task: {
      ...job.task,
      plan: { ...plan, pipeline },
      loras: loras.map((lora, index) => ({ ...lora, path: recipe.loras[index]?.path ?? lora.path })),
    },
  };
}

function assertSame(lora: Provenance['loras'][number] | undefined, sha256: string | null): void {
  if (lora === undefined || sha256 === null || lora.sha256 === '' || lora.sha256 === sha256) return;
  throw new DarkroomError(
    'LORA_NOT_FOUND',
    `The LoRA "${lora.path.slice(0, 200)}" is another file now (SHA-256 ${sha256}), and the one with ${lora.sha256} is gone.`,
  );
}

function pinned(
  spec: PipelineSpec,
  { commits = {} }: Provenance,
  here: Record<string, string>,
): PipelineSpec {
  const revisionOf = (repository: string, revision: string): string => {
    const commit = commits[repository];
    const isKnown = commit !== undefined && !commit.startsWith('files:');
    // What is there outside the cache of the hub is taken as it is.
    if (!isKnown || here[repository] === commit || here[repository]?.startsWith('files:')) return revision;
    return commit;
  };
  const components = Object.entries(spec.components).map(([name, part]) => [
    name,
    part === null ? null : { ...part, revision: revisionOf(part.repository, part.revision) },
  ]);
  return {
    ...spec,
    revision: revisionOf(spec.repository, spec.revision),
    components: Object.fromEntries(components),
  };
}

/** Codes that say that the picture cannot be made here, whoever asks for it. */
const unmakeable: readonly string[] = [
  ...['MODEL_FILES_MISSING', 'MODEL_TOO_LARGE', 'MODEL_LOAD_FAILED', 'ENGINE_UNAVAILABLE'],
  ...['LORA_NOT_FOUND', 'LORA_INVALID', 'LORA_DOWNLOAD_FAILED', 'CONTROL_IMAGE_INVALID', 'OUT_OF_MEMORY'],
];

function whyFailed({ error, id }: Job): Missing {
  const body = error ?? { code: 'INTERNAL' as const, message: `The request ${id} was canceled.` };
  if (!unmakeable.includes(body.code)) throw new ReplayFailed(body);
  return {
    kind: 'checkpoint',
    sha256: null,
    what: plainSentence(body.message),
    how: `What the code ${body.code} asks for stands in docs/errors.md.`,
  };
}

async function compare(
  recipe: Provenance,
  { original }: ReplayTask,
  child: Job,
  signal: AbortSignal,
  parts: ReplayParts,
): Promise<ReplayResult> {
  const [output] = child.outputs;
  const text = output === undefined ? null : await parts.children.recipe(child.id, output.index);
  const now = text === null ? null : parseProvenance(text);
  if (output === undefined || now === null) throw new Error(`The request ${child.id} has kept no recipe.`);
  const differences = compareRecipes(recipe, now);
  const told = {
    sha256: output.sha256,
    differences,
    missing: [],
    isSameEnvironment: isSameEnvironment(recipe, differences),
  };
  if (output.sha256 === original.sha256)
    return { ...told, verdict: 'same_file', grade: 'identical', figures: figuresOfEqual };
  const [then, made] = await Promise.all([
    pixelsOf(await readFile(blobKey(original.sha256), parts), original.format, signal, parts),
    pixelsOf(await readFile(output.key, parts), output.format, signal, parts),
  ]);
  if (!sameSize(then, made))
    return { ...told, verdict: 'another_picture', grade: 'different', figures: null };
  const figures = figuresOf(then, made);
  const grade = gradeOf(figures);
  const verdict =
    grade === 'identical' ? 'same_pixels' : grade === 'rounding' ? 'rounding' : 'another_picture';
  return { ...told, verdict, grade, figures };
}

const figuresOfEqual = { psnr: null, ssim: 1, largest: 0, share: 0, hashDistance: 0 };

const pixelsOf = (
  bytes: Uint8Array,
  format: ReplayTask['original']['format'],
  signal: AbortSignal,
  { decodeVideo }: Pick<ReplayParts, 'decodeVideo'>,
): Promise<Pixels> => (format === 'mp4' ? decodeVideo(bytes, signal) : decodePixels(bytes));

async function readFile(key: string, { files }: Pick<ReplayParts, 'files'>): Promise<Uint8Array> {
  const found = await files.read(key);
  if (found === null)
    throw new ReplayFailed({
      code: 'OUTPUT_NOT_FOUND',
      message: 'A file that was to be compared was removed meanwhile. Send the replay again.',
    });
  return Buffer.concat(await found.stream.toArray());
}
