import { DarkroomError, toErrorBody } from '../errors/darkroom-error.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Job } from '../jobs/job.ts';
import { JobUnreadable } from '../verification/job-source.ts';
import { keepReport } from '../verification/report/keep-report.ts';
import { runVerification, type VerificationParts } from '../verification/run-verification.ts';
import { verificationInvalid } from '../verification/submit-verification.ts';
import type { VerificationTask } from '../verification/verification-task.ts';
import type { Attempt } from './attempt.ts';
import type { KindRunner, Prepared, Undone } from './kind-runner.ts';

export interface VerificationRunnerParts {
  verifications: VerificationParts;
  files: Pick<FileStore, 'put'>;
  clock: () => Date;
}

/** Verifies trainings. What takes long are requests of its own, which have their own limits. */
export function createVerificationRunner(parts: VerificationRunnerParts): KindRunner<VerificationTask> {
  return { limit: null, prepare: (job, attempt) => verify(job, attempt, parts) };
}

async function verify(
  job: Job<VerificationTask>,
  attempt: Attempt,
  parts: VerificationRunnerParts,
): Promise<Prepared | Undone> {
  const { signal, stop, tell } = attempt;
  const children: string[] = [];
  try {
    const run = {
      id: job.id,
      signal,
      onChild: (id: string) => void children.push(id),
      onProgress: (step: number, total: number) =>
        tell({
          type: 'progress',
          progress: {
            phase: 'sampling',
            call: null,
            calls: 1,
            step,
            total,
            fraction: step / Math.max(1, total),
            etaSeconds: null,
          },
        }),
    };
    const verified = await runVerification(job.task, run, parts.verifications);
    await keepReport(job, verified, parts);
    return { kind: 'prepared', run: async () => ({ kind: 'done', result: verified.result }) };
  } catch (error) {
    if (signal.aborted) {
      if (stop.reason === 'canceled')
        for (const child of children) await parts.verifications.children.cancel(child);
      return { kind: 'canceled' };
    }
    const known = error instanceof JobUnreadable ? verificationInvalid(error) : asVanished(error);
    if (known instanceof DarkroomError) return { kind: 'failed', error: toErrorBody(known) };
    throw error;
  }
}

/** A folder may be on a disk that goes away. */
function asVanished(error: unknown): unknown {
  const isOfDisk = error instanceof Error && 'code' in error && 'path' in error && 'syscall' in error;
  if (!isOfDisk) return error;
  return verificationInvalid(
    new JobUnreadable(
      `The folder changed or went away while it was read: ${error.message}. Verify it again.`,
    ),
  );
}
