/**
 * Bring a repository of the hub into its cache, in a process of its own: `python -m darkroom_engine.download` reads one
 * line of JSON on stdin and says on stdout, a line each, `progress` (bytes so far, of a total once that is known), then
 * `done` or `failed`. What is there already costs a short check.
 *
 * Requests for the same files with the same token share one process. It is killed when the last of them gives up; the hub
 * client goes on from what it has when it is asked again.
 */
import type { Logger } from 'pino';
import { z } from 'zod';
import { isErrorCode } from '../errors/codes.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { type PythonRun, runPythonModule } from '../python/child/run-python-module.ts';
import { orAborted } from '../security/or-aborted.ts';

export interface CheckpointFiles {
  repository: string;
  revision: string;
  variant: string | null;
  /** Glob patterns of the files to take; null for all that a pipeline needs. */
  patterns: string[] | null;
  /** Components of the pipeline that come from elsewhere. */
  without: string[];
}

export interface DownloadOptions {
  token: string | null;
  signal: AbortSignal;
  /** `total` is null until the hub has said. */
  onProgress: (bytes: number, total: number | null) => void;
}

export type DownloadCheckpoint = (files: CheckpointFiles, options: DownloadOptions) => Promise<void>;

export interface DownloadDependencies extends Pick<PythonRun, 'spawn' | 'folder' | 'environment'> {
  /** Throws when there is no interpreter. */
  findPython: () => string;
  log: Logger;
}

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), bytes: z.number(), total: z.number().nullable() }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

interface Shared {
  finished: Promise<void>;
  listeners: Set<DownloadOptions['onProgress']>;
  stop: AbortController;
}

/** Throws MODEL_FILES_MISSING, STORAGE_FULL or ENGINE_UNAVAILABLE, or the reason of the signal. */
export function createDownload(dependencies: DownloadDependencies): DownloadCheckpoint {
  const running = new Map<string, Shared>();
  return async (files, { token, signal, onProgress }) => {
    const key = JSON.stringify([files, token]);
    const shared = running.get(key) ?? begin(files, token, dependencies);
    running.set(key, shared);
    const forget = (): void => void (running.get(key) === shared && running.delete(key));
    shared.finished.then(forget, forget);
    shared.listeners.add(onProgress);
    try {
      await orAborted(shared.finished, signal);
    } finally {
      shared.listeners.delete(onProgress);
      if (shared.listeners.size === 0) {
        forget();
        shared.stop.abort();
      }
    }
  };
}

function begin(files: CheckpointFiles, token: string | null, dependencies: DownloadDependencies): Shared {
  const listeners: Shared['listeners'] = new Set();
  const stop = new AbortController();
  const finished = download(files, token, dependencies, stop.signal, (bytes, total) => {
    for (const listener of listeners) listener(bytes, total);
  });
  return { finished, listeners, stop };
}

async function download(
  files: CheckpointFiles,
  token: string | null,
  { findPython, ...process }: DownloadDependencies,
  signal: AbortSignal,
  onProgress: DownloadOptions['onProgress'],
): Promise<void> {
  let end: DarkroomError | 'done' | null = null;
  const onLine = (line: string): void => {
    const message = parseMessage(line);
    if (message?.type === 'progress') onProgress(message.bytes, message.total);
    else if (message?.type === 'done') end = 'done';
    else if (message?.type === 'failed') end = failure(message.code, message.message);
  };
  const { patterns, ...rest } = files;
  const input = { ...rest, ...(patterns === null ? {} : { patterns }), ...(token === null ? {} : { token }) };
  const run = runPythonModule({
    ...process,
    python: findPython(),
    module: 'darkroom_engine.download',
    input,
    onLine,
    signal,
  });
  const crash = await run.then(
    () => 'It ended without a result.',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  signal.throwIfAborted();
  if (end === 'done') return;
  const unexplained = `${files.repository} could not be downloaded. ${crash}`;
  throw end ?? failure('MODEL_FILES_MISSING', unexplained);
}

function parseMessage(line: string): z.infer<typeof messageSchema> | null {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

const failure = (code: string, message: string): DarkroomError =>
  new DarkroomError(isErrorCode(code) ? code : 'MODEL_FILES_MISSING', message);
