/**
 * The row that a job of ai-toolkit reads its orders from and writes its standing to: the table `Job` of a SQLite file of its own.
 * ai-toolkit opens the file at every step and waits for a lock, so nobody keeps it open here.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const standingSchema = z.object({
  /** `queued` before ai-toolkit has written it, then `running`, and at the end `completed`, `stopped` or `error`. */
  status: z.string(),
  /** What it is at, or why it ended. */
  info: z.string(),
  step: z.coerce.number().int(),
  save_now: z.coerce.number(),
});
export type JobStanding = z.infer<typeof standingSchema>;
export type JobOrder = 'stop' | 'save_now';

/** Milliseconds to wait for a lock. */
const patience = 10_000;

export const emptyStanding: JobStanding = { status: 'queued', info: '', step: 0, save_now: 0 };

/** A fresh row, without orders. What an earlier run left is forgotten. */
export function resetJobRow(file: string, id: string): void {
  withFile(file, (database) => {
    database.exec(`
      drop table if exists Job;
      create table Job (
        id text primary key, name text, status text not null, info text not null, step integer not null,
        total_steps integer, speed_string text, gpu_ids text, job_config text, job_ref text, pid integer,
        stop integer not null, return_to_queue integer not null, save_now integer not null, sample_now integer not null
      )`);
    const { status, info, step } = emptyStanding;
    database
      .prepare(
        "insert into Job (id, name, status, info, step, speed_string, stop, return_to_queue, save_now, sample_now) values (?, ?, ?, ?, ?, '', 0, 0, 0, 0)",
      )
      .run(id, id, status, info, step);
  });
}

/** Null where there is no such file, or where it cannot be read now. */
export function readJobRow(file: string, id: string): JobStanding | null {
  if (!existsSync(file)) return null;
  try {
    return withFile(
      file,
      (database) =>
        standingSchema.safeParse(
          database.prepare('select status, info, step, save_now from Job where id = ?').get(id),
        ).data ?? null,
    );
  } catch {
    return null;
  }
}

export function orderJob(file: string, id: string, order: JobOrder): void {
  withFile(file, (database) => {
    database.prepare(`update Job set ${order} = 1 where id = ?`).run(id);
  });
}

function withFile<T>(file: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: patience });
  try {
    return use(database);
  } finally {
    database.close();
  }
}
