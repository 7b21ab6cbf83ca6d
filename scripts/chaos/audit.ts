/** Read what a stopped server left behind, and hold it against what its clients were told. */
import { pino } from 'pino';
import { ulid } from 'ulid';
import { parseConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database/open-database.ts';

import { createFolderStore } from '../../src/files/folder/folder-store.ts';
import type { JobEvent } from '../../src/jobs/job-event.ts';
import { type Jobs, openJobs } from '../../src/jobs/open-jobs.ts';
import { kinds } from '../../src/server/kinds.ts';
import { auditEnd } from './audit-end.ts';
import { auditEvents } from './audit-events.ts';
import { createPictureAudit, type PictureAudit } from './audit-pictures.ts';
import type { Findings } from './findings.ts';
import type { Entry } from './ledger.ts';
import type { Run } from './run-life.ts';
import { databaseSetting } from './victim.ts';

export async function audit(run: Run): Promise<Findings> {
  const config = parseConfig({ DARKROOM_DATA: run.data, ...databaseSetting() });
  const log = pino({ level: 'silent' });
  const database = await openDatabase({ config, log });
  const jobs = await openJobs({ database, kinds, config, clock: () => new Date(), newId: ulid, log });
  const findings: Findings = {
    problems: [...run.ledger.contradictions],
    states: new Map(),
    pictures: 0,
    compared: 0,
    mostAttempts: 0,
    resumed: { attempts: 0, withFinished: 0, finished: 0 },
    runAgainAt: [],
  };
  const pictures = createPictureAudit(createFolderStore(config), run.options.engine);
  try {
    for (const entry of run.ledger.entries) await auditEntry(run, entry, jobs, pictures, findings);
    await auditTheRest(run, jobs, findings);
  } finally {
    await jobs.close();
    await database.close();
  }
  return findings;
}

async function auditEntry(
  run: Run,
  entry: Entry,
  jobs: Jobs,
  pictures: PictureAudit,
  findings: Findings,
): Promise<void> {
  const { order, id } = entry;
  if (id === null) {
    findings.problems.push(`${order.key} was never acknowledged`);
    return;
  }
  const job = await jobs.get(id);
  if (job === null) {
    findings.problems.push(`${id} was acknowledged and is lost`);
    return;
  }
  const events: JobEvent[] = [];
  for await (const event of jobs.events(id, 0, AbortSignal.timeout(10_000))) events.push(event);
  findings.states.set(job.state, (findings.states.get(job.state) ?? 0) + 1);
  findings.mostAttempts = Math.max(findings.mostAttempts, job.attempts);
  const problems = [
    ...auditEnd(entry, job, events, run.chronicle),
    ...auditEvents(job, events, run.chronicle, findings),
    ...(await pictures.audit(job, order, findings)),
  ];
  findings.problems.push(...problems.map((problem) => `${id} ${problem}`));
}

/** What is there and was never acknowledged came from nobody, or is there twice. */
async function auditTheRest({ ledger }: Run, jobs: Jobs, findings: Findings): Promise<void> {
  const known = new Set(ledger.entries.map(({ id }) => id));
  if (known.size < ledger.entries.length) findings.problems.push('two requests were given one id');
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await jobs.list({ limit: 100, ...(cursor === '' ? {} : { cursor }) });
    for (const { id } of page.jobs) if (!known.has(id)) findings.problems.push(`${id} is there twice`);
    cursor = page.nextCursor;
  }
}
