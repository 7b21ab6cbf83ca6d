import type { Job } from '../../src/jobs/job.ts';
import type { JobEvent } from '../../src/jobs/job-event.ts';
import { engineCrashLimit, ownerDeathLimit } from '../../src/jobs/job-machine.ts';
import type { Entry } from './ledger.ts';
import type { Chronicle } from './lives.ts';

/** Whether a request ended as it had to, in words for what is wrong. */
export function auditEnd(
  entry: Entry,
  job: Job,
  events: readonly JobEvent[],
  chronicle: Chronicle,
): string[] {
  const problems: string[] = [];
  const ends = events.filter(({ type }) => type === 'ended').length;
  if (ends !== 1) problems.push(`ended ${ends} times`);
  if (entry.ended !== null && entry.ended !== job.state)
    problems.push(`was ${entry.ended} for a client and is ${job.state} now`);
  if (!mayHaveEnded(entry, job, chronicle))
    problems.push(`is ${job.state}: ${job.error?.message ?? 'no error'}`);
  const indexes = job.outputs.map(({ index }) => index).join();
  if (job.state === 'succeeded' && indexes !== entry.order.prompts.map((_, index) => index).join())
    problems.push(`has outputs ${indexes} of ${entry.order.prompts.length}`);
  return problems;
}

/** A request fails only when it had as many processes killed under it as make it a suspect. */
function mayHaveEnded(entry: Entry, job: Job, { lives, engineKills }: Chronicle): boolean {
  if (job.state === 'succeeded') return true;
  if (job.state === 'canceled') return entry.cancelAsked;
  if (job.error?.code !== 'ENGINE_CRASHED') return false;
  const [from, to] = [job.startedAt?.getTime() ?? 0, job.finishedAt?.getTime() ?? 0];
  const within = (moments: readonly number[]): number =>
    // A kill is written down a moment after it was sent.
    moments.filter((moment) => moment >= from - slackMs && moment <= to + slackMs).length;
  const deaths = lives.map(({ diedAt }) => diedAt);
  return within(engineKills) >= engineCrashLimit || within(deaths) >= ownerDeathLimit - 1;
}

const slackMs = 1_000;
