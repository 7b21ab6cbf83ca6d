/**
 * Who has to look again, across all processes of the database. A signal carries no state that the database has not: whoever
 * hears it may read that, so a signal too many costs a query, and after a gap everybody is told to look.
 *
 *   work     a job may be claimable; if there are new ones, with the number of the newest and their kinds
 *   moved    a job left the queue or came back to it: positions changed
 *   job      a job has a new event; with the event, unless that is too long for a notification
 *   cancel   a running job is to be stopped
 *   webhook  a webhook is to be called
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Queries } from '../database/database.ts';

export type SignalTopic = 'work' | 'moved' | 'job' | 'cancel' | 'webhook';

const topics: readonly SignalTopic[] = ['work', 'moved', 'job', 'cancel', 'webhook'];
/** Those that are about one job, whose id their payload begins with. */
const ofJob: ReadonlySet<SignalTopic> = new Set(['job', 'cancel']);
const channel = (topic: SignalTopic): string => `darkroom_${topic}`;

/** In place of the id of one. */
export const anyJob = '*';

export interface JobSignals {
  /**
   * Call back on every signal of the topic, for `job` and `cancel` of that job only (or of `anyJob`), with what it carries besides the id: nothing
   * when all that is known is that something may have happened. Returns how to end it.
   */
  subscribe(topic: SignalTopic, job: string, onSignal: (payload: string) => void): () => void;
}

/** Sent when the transaction commits; `job` is empty for `work`, `moved` and `webhook`. */
export async function signal(queries: Queries, topic: SignalTopic, job = ''): Promise<void> {
  await queries.execute(sql`select ${signalled(topic, job)}`);
}

/** The same as an expression, for a statement that has something to say besides. */
export const signalled = (topic: SignalTopic, payload: string | SQL = ''): SQL =>
  sql`pg_notify(${channel(topic)}, ${payload})`;

/** Postgres takes less than 8,000 bytes. */
const longestEvent = 7_800;

/** Tells of a row of `job_events` with all that it holds; of a long one, such as a preview, only whose it is. */
export const signalledEvent: SQL = sql`pg_notify(${channel('job')}, case
  when octet_length(body::text) > ${sql.raw(String(longestEvent))} then job
  else job || ' ' || json_build_object('sequence', sequence, 'at', at, 'body', body)::text end)`;

export async function openJobSignals(database: Database): Promise<JobSignals> {
  const subscribers = new Map<string, Set<(payload: string) => void>>();
  for (const topic of topics) {
    await database.listen(
      channel(topic),
      (payload) => {
        const [job, carried] = ofJob.has(topic) ? splitAtSpace(payload) : ['', payload];
        tell(subscribers.get(`${topic} ${job}`), carried);
        if (job !== '') tell(subscribers.get(`${topic} ${anyJob}`), carried);
      },
      () => {
        for (const [key, group] of subscribers) if (key.startsWith(`${topic} `)) tell(group, '');
      },
    );
  }
  return {
    subscribe: (topic, job, onSignal) => {
      const key = `${topic} ${job}`;
      const group = subscribers.get(key) ?? new Set();
      subscribers.set(key, group.add(onSignal));
      return () => {
        group.delete(onSignal);
        if (group.size === 0 && subscribers.get(key) === group) subscribers.delete(key);
      };
    },
  };
}

function splitAtSpace(payload: string): [string, string] {
  const space = payload.indexOf(' ');
  return space === -1 ? [payload, ''] : [payload.slice(0, space), payload.slice(space + 1)];
}

function tell(group: Set<(payload: string) => void> | undefined, payload: string): void {
  for (const onSignal of [...(group ?? [])]) onSignal(payload);
}
