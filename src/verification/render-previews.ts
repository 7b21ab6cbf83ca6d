/** Previews rendered by ordinary requests, a few at once, those of one LoRA together. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { plainSentence } from '../errors/sentence.ts';
import { blobKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Submit } from '../inference/submit.ts';
import type { LoraRequest, PromptRequest, RenderRequest } from '../render/request.ts';
import type { Children } from '../replay/run-replay.ts';
import type { JobEpoch } from './job-source.ts';
import { emptyRequest } from './preview-requests.ts';
import type { VerificationTask } from './verification-task.ts';

export interface Rendering {
  /** Null: without a LoRA. */
  epoch: JobEpoch | null;
  prompt: PromptRequest;
}

export type Rendered =
  | { kind: 'done'; bytes: Uint8Array; format: 'png' | 'jpeg' | 'webp' | 'mp4'; job: string; index: number }
  /** `isUs`: nothing of the kind can be rendered here. */
  | { kind: 'problem'; why: string; isUs: boolean };

export interface RenderParts {
  submit: Submit;
  children: Children;
  files: Pick<FileStore, 'read' | 'put'>;
  maxPrompts: number;
}

export interface RenderContext {
  id: string;
  task: Pick<VerificationTask, 'asker' | 'dialect'>;
  entry: ModelEntry;
  tiledDecoding: boolean | null;
  signal: AbortSignal;
  /** Called with the id of each request that was accepted. */
  onChild: (id: string) => void;
  /** Called with how many were rendered. */
  onDone: (count: number) => void;
}

const atOnce = 3;
const retryMs = 2_000;
const priority = -10;

/** In the order of what was asked for. */
export async function renderPreviews(
  renderings: readonly Rendering[],
  context: RenderContext,
  parts: RenderParts,
): Promise<Rendered[]> {
  const limit = pLimit(atOnce);
  const results = new Map<Rendering, Rendered>();
  const render = (group: readonly Rendering[]): Promise<void> =>
    limit(async () => {
      const rendered = await renderGroup(group, context, parts);
      for (const [index, one] of group.entries()) {
        const result = rendered[index];
        if (result !== undefined) results.set(one, result);
      }
      context.onDone(group.length);
    });
  await Promise.all(groupsOf(renderings, parts.maxPrompts).map(render));
  return renderings.map(
    (one) => results.get(one) ?? { kind: 'problem', why: 'it was not rendered', isUs: true },
  );
}

function groupsOf(renderings: readonly Rendering[], most: number): Rendering[][] {
  const byLora = Map.groupBy(renderings, ({ epoch }) =>
    JSON.stringify(epoch?.files.map(({ sha256 }) => sha256)),
  );
  return [...byLora.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, part) =>
      group.slice(part * most, (part + 1) * most),
    ),
  );
}

/** One that is refused makes no others fail. */
async function renderGroup(
  group: readonly Rendering[],
  context: RenderContext,
  parts: RenderParts,
): Promise<Rendered[]> {
  try {
    return await renderTogether(group, context, parts);
  } catch (error) {
    if (!(error instanceof DarkroomError) || context.signal.aborted) throw error;
    if (group.length > 1) {
      const alone: Rendered[] = [];
      for (const one of group) alone.push(...(await renderGroup([one], context, parts)));
      return alone;
    }
    return [{ kind: 'problem', why: plainSentence(error.sentence), isUs: false }];
  }
}

async function renderTogether(
  group: readonly Rendering[],
  context: RenderContext,
  parts: RenderParts,
): Promise<Rendered[]> {
  const { children, files } = parts;
  const id = await accepted(group, context, parts);
  context.onChild(id);
  const job = await children.wait(id, () => {}, context.signal);
  const why = job.error === null ? 'the request was canceled' : plainSentence(job.error.message);
  return Promise.all(
    group.map(async (_, index): Promise<Rendered> => {
      const output = job.outputs.find((one) => one.index === index);
      const found = output === undefined ? null : await files.read(output.key);
      if (output === undefined || found === null) return { kind: 'problem', why, isUs: true };
      const bytes = Buffer.concat(await found.stream.toArray());
      return { kind: 'done', bytes, format: output.format, job: id, index };
    }),
  );
}

/** Sent again until the queue has room. */
async function accepted(
  group: readonly Rendering[],
  context: RenderContext,
  parts: RenderParts,
): Promise<string> {
  const { id, task, signal } = context;
  const request = await requestOf(group, context, parts);
  const name = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 32);
  for (;;) {
    try {
      const { job } = await parts.submit(request, {
        dialect: task.dialect,
        ...task.asker,
        sent: null,
        webhook: null,
        idempotency: { key: `verification ${id} ${name}`, bodyHash: name },
        hfToken: null,
        warnings: [],
      });
      return job.id;
    } catch (error) {
      if (!(error instanceof DarkroomError) || error.code !== 'QUEUE_FULL') throw error;
      await sleep(retryMs, undefined, { signal });
    }
  }
}

async function requestOf(
  group: readonly Rendering[],
  { entry, tiledDecoding }: RenderContext,
  { files }: Pick<RenderParts, 'files'>,
): Promise<RenderRequest> {
  const epoch = group[0]?.epoch ?? null;
  const loras: LoraRequest[] = [];
  for (const { part, path, sha256 } of epoch?.files ?? []) {
    await files.put(blobKey(sha256), { path }, 'application/octet-stream');
    const expert = part === 'main' ? null : part;
    loras.push({ path: epoch?.name ?? '', scale: 1, expert, registered: { file: path, sha256, share: 1 } });
  }
  const prompts = group.map(({ prompt }) => (epoch === null ? { ...prompt, scales: null } : prompt));
  const options = { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding };
  return emptyRequest(entry, { loras, baseOnly: loras.length === 0, prompts, priority, options });
}
