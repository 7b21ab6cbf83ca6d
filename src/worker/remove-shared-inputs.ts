import type { SharedFiles } from '../files/shared-files.ts';
import { isTerminal } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { sharedInputs } from './hand-over-files.ts';

/** Inputs are handed over before their job is accepted. */
const acceptingMs = 60 * 60 * 1000;
const lookUpAtOnce = 1_000;

/** Remove the shared control images of jobs that have ended or are gone. */
export async function removeSharedInputs(parts: {
  shared: Pick<SharedFiles, 'list' | 'remove'>;
  jobs: Pick<Jobs, 'states'>;
  clock: () => Date;
}): Promise<void> {
  const files: { name: string; job: string; changedAt: Date }[] = [];
  for await (const file of parts.shared.list(sharedInputs)) {
    files.push({ ...file, job: file.name.slice(sharedInputs.length).split('/')[0] ?? '' });
  }
  const oldest = parts.clock().getTime() - acceptingMs;
  for (let start = 0; start < files.length; start += lookUpAtOnce) {
    const group = files.slice(start, start + lookUpAtOnce);
    const states = await parts.jobs.states([...new Set(group.map(({ job }) => job))]);
    for (const { name, job, changedAt } of group) {
      const state = states.get(job);
      const isLeft = state === undefined ? changedAt.getTime() < oldest : isTerminal(state);
      if (isLeft) await parts.shared.remove(name);
    }
  }
}
