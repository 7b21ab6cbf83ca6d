/**
 * A process for tests to kill: accepts jobs, claims the first one, records an output of it, says so, and waits.
 *
 *   node tests/support/hold-jobs.ts '{"databaseFolder": "…", "DATABASE_URL": "…", "prefix": "job", "count": 20}'
 */
import { pino } from 'pino';
import { z } from 'zod';
import { openDatabase } from '../../src/database/open-database.ts';
import { openJobs } from '../../src/jobs/open-jobs.ts';
import { kinds } from '../../src/server/kinds.ts';
import { claimNext, sampleJob, sampleOutput } from './sample-job.ts';

const options = z
  .object({
    databaseFolder: z.string(),
    DATABASE_URL: z.string().exactOptional(),
    prefix: z.string(),
    count: z.int(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const log = pino({ level: 'silent' });
const database = await openDatabase({ config: options, log });
const config = { MAX_QUEUE: 1000, MODEL_SWITCH_SECONDS: 60 };
const newId = (): string => `process-${process.pid}`;
const jobs = await openJobs({ database, kinds, config, clock: () => new Date(), newId, log });
const ids = Array.from({ length: options.count }, (_, index) => `${options.prefix}-${index}`);
const accepted = await Promise.all(ids.map((id) => jobs.accept(sampleJob(id, { calls: 3 }))));
const claimed = await claimNext(jobs);
if (claimed !== null) await jobs.work.recordOutput(claimed.id, sampleOutput(claimed.id, 0));
console.log(JSON.stringify({ accepted: accepted.map(({ job }) => job.id), claimed: claimed?.id ?? null }));
setInterval(() => {}, 1000);
