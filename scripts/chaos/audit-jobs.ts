import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { parseConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { gradient } from '../../src/engine/stand-in-engine.ts';
import type { Job, JobOutput } from '../../src/jobs/job.ts';
import type { JobEvent } from '../../src/jobs/job-event.ts';
import { type Jobs, openJobs } from '../../src/jobs/open-jobs.ts';
import type { Ledger } from './ledger.ts';

export interface Audit {
  problems: string[];
  /** Requests that were kept although their answer did not arrive. */
  unacknowledged: number;
  pictures: number;
  mostAttempts: number;
}

/** Read what a stopped server left behind, and hold it against the ledger. */
export async function auditJobs(data: string, ledger: Ledger): Promise<Audit> {
  const config = parseConfig({ DARKROOM_DATA: data });
  const log = pino({ level: 'silent' });
  const database = await openDatabase({ config, log });
  const jobs = await openJobs({ database, config, clock: () => new Date(), newId: ulid, log });
  const audit: Audit = { problems: [], unacknowledged: 0, pictures: 0, mostAttempts: 0 };
  try {
    for (const [id, prompts] of ledger.acknowledged) {
      const job = await jobs.get(id);
      if (job === null) audit.problems.push(`${id} was acknowledged and is lost`);
      else await auditJob(job, prompts, jobs, config.outputsFolder, audit);
    }
    for (const { id } of await allJobs(jobs)) if (!ledger.acknowledged.has(id)) audit.unacknowledged += 1;
  } finally {
    await jobs.close();
    await database.close();
  }
  return audit;
}

async function auditJob(job: Job, prompts: number, jobs: Jobs, outputs: string, audit: Audit): Promise<void> {
  const problem = (text: string): void => void audit.problems.push(`${job.id} ${text}`);
  audit.mostAttempts = Math.max(audit.mostAttempts, job.attempts);
  if (job.state !== 'succeeded') problem(`is ${job.state}: ${job.error?.message ?? 'no error'}`);
  const indexes = job.outputs.map(({ index }) => index);
  if (indexes.join() !== [...Array(prompts).keys()].join())
    problem(`has outputs ${indexes.join()} of ${prompts}`);
  const events: JobEvent[] = [];
  for await (const event of jobs.events(job.id, 0, AbortSignal.timeout(10_000))) events.push(event);
  const told = (type: JobEvent['type']): number => events.filter((event) => event.type === type).length;
  if (told('ended') !== 1) problem(`ended ${told('ended')} times`);
  if (told('output') !== prompts) problem(`told ${told('output')} outputs of ${prompts}`);
  if (told('started') !== job.attempts)
    problem(`started ${told('started')} times in ${job.attempts} attempts`);
  if (events.some(({ sequence }, index) => sequence !== index + 1)) problem('has a gap in its events');
  for (const output of job.outputs) {
    audit.pictures += 1;
    if (!(await isWhole(output, path.join(outputs, output.key)))) problem(`has a broken file ${output.key}`);
  }
}

/** The bytes that were recorded, and the pixels that the seed decides. */
async function isWhole(output: JobOutput, file: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== output.sha256) return false;
  const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
  const { seed, width, height, frames } = output;
  return pixels.equals(gradient({ seed, width, height, num_frames: frames }));
}

async function allJobs(jobs: Jobs): Promise<Job[]> {
  const all: Job[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await jobs.list({ limit: 100, ...(cursor === '' ? {} : { cursor }) });
    all.push(...page.jobs);
    cursor = page.nextCursor;
  }
  return all;
}
