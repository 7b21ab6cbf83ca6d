import type { Job } from '../../src/jobs/job.ts';
import type { JobEvent } from '../../src/jobs/job-event.ts';
import type { Findings } from './findings.ts';
import { type Chronicle, lifeAt } from './lives.ts';

/** Whether the story of a request is whole: no gap, nothing told twice, and no finished picture begun again. */
export function auditEvents(
  job: Job,
  events: readonly JobEvent[],
  chronicle: Chronicle,
  findings: Findings,
): string[] {
  const problems: string[] = [];
  const told = (type: JobEvent['type']): number => events.filter((event) => event.type === type).length;
  if (told('output') !== job.outputs.length)
    problems.push(`told ${told('output')} outputs of ${job.outputs.length}`);
  if (told('started') !== job.attempts)
    problems.push(`started ${told('started')} times in ${job.attempts} attempts`);
  if (events.some(({ sequence }, index) => sequence !== index + 1)) problems.push('has a gap in its events');
  return [...problems, ...followAttempts(events, chronicle, findings)];
}

/** Goes through the attempts: what was finished in one must not be rendered in a later one. */
function followAttempts(events: readonly JobEvent[], chronicle: Chronicle, findings: Findings): string[] {
  const problems: string[] = [];
  const finished = new Set<number>();
  let before: ReadonlySet<number> = new Set();
  let startedAt: number | null = null;
  for (const event of events) {
    if (event.type === 'started') {
      before = new Set(finished);
      if (startedAt !== null) noteAttempt(event.at.getTime(), startedAt, before.size, chronicle, findings);
      startedAt = event.at.getTime();
    }
    if (event.type === 'output') {
      if (finished.has(event.output.index)) problems.push(`finished picture ${event.output.index} twice`);
      finished.add(event.output.index);
    }
    if (event.type === 'progress' && event.progress.call !== null && before.has(event.progress.call))
      problems.push(`began picture ${event.progress.call} again, which was finished`);
  }
  return problems;
}

function noteAttempt(
  at: number,
  attemptBefore: number,
  finished: number,
  chronicle: Chronicle,
  { resumed, runAgainAt }: Findings,
): void {
  resumed.attempts += 1;
  resumed.finished += finished;
  if (finished > 0) resumed.withFinished += 1;
  // Within one life it was the engine that died, and not the server.
  if (lifeAt(chronicle, at) > lifeAt(chronicle, attemptBefore)) runAgainAt.push(at);
}
