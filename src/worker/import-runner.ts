import { DarkroomError, toErrorBody } from '../errors/darkroom-error.ts';
import type { Job } from '../jobs/job.ts';
import type { ImportParts } from '../registry/import/import-parts.ts';
import type { ImportTask } from '../registry/import/import-task.ts';
import { runImport } from '../registry/import/run-import.ts';
import type { Attempt } from './attempt.ts';
import type { KindRunner, Prepared, Undone } from './kind-runner.ts';
import type { RequestTokens } from './request-tokens.ts';

/** Imports into the registry. Whatever takes long is a download, which is not timed. */
export function createImportRunner(parts: {
  imports: ImportParts;
  tokens: Pick<RequestTokens, 'find' | 'forget'>;
}): KindRunner<ImportTask> {
  return {
    limit: { seconds: 60, setting: 'the end of an import', advice: 'Send it again' },
    prepare: (job, attempt) => prepareImport(job, attempt, parts),
  };
}

/** An import that was canceled keeps the epochs that it has added. */
async function prepareImport(
  job: Job<ImportTask>,
  attempt: Attempt,
  { imports, tokens }: Parameters<typeof createImportRunner>[0],
): Promise<Prepared | Undone> {
  const { scratch, signal, warn } = attempt;
  try {
    const hfToken = await tokens.find(job.id);
    const onProgress = (phase: 'downloading' | 'saving', step: number, total: number): void => {
      const fraction = total === 0 ? 0 : step / total;
      const progress = { phase, call: null, calls: 1, step, total, fraction, etaSeconds: null };
      attempt.tell({ type: 'progress', progress });
    };
    const result = await runImport(job.task, { scratch, signal, warn, hfToken, onProgress }, imports);
    tokens.forget(job.id);
    return { kind: 'prepared', run: async () => ({ kind: 'done', result }) };
  } catch (error) {
    if (signal.aborted) return { kind: 'canceled' };
    if (error instanceof DarkroomError) return { kind: 'failed', error: toErrorBody(error) };
    throw error;
  }
}
