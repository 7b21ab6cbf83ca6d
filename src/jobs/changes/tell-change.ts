/**
 * Change jobs and tell of it in one statement: what a client can see of a job, its event, what its webhook is told and the
 * signals to other processes are stored together or not at all, and each statement more would cost more than the change.
 */
import { type SQL, sql } from 'drizzle-orm';
import { jobEvents, webhookDeliveries } from '../../database/schema.ts';
import type { JobEventBody } from '../job-event.ts';
import { signalled, signalledEvent } from '../job-signals.ts';
import type { WebhookEvent } from '../webhook.ts';

export interface ToldChange {
  /**
   * An `update` of `jobs` that moves `last_event` on by one: that keeps the numbers of events without gaps and without
   * doubles. It returns at least `id`, `last_event` and `webhook_events`.
   */
  change: SQL;
  event: {
    type: JobEventBody['type'];
    /** An expression of type json over what the change returns. */
    body: SQL;
    /** An expression of type timestamptz. */
    at: SQL;
  };
  /** What webhooks that asked for it are told, of those rows that the condition holds for. */
  webhook?: { event: WebhookEvent; when?: SQL };
  /** Parts of the statement that come before the change, and that may follow it as `changed`. */
  before?: readonly SQL[];
  after?: readonly SQL[];
  /** Besides the one of the job itself. */
  signals?: readonly SQL[];
  /** Columns of `changed`. */
  returning: SQL;
}

export function tellChange(told: ToldChange): SQL {
  const { change, event, webhook, before = [], after = [], signals = [], returning } = told;
  const parts = [
    ...before,
    sql`changed as (${change})`,
    sql`told as (
      insert into ${jobEvents} (job, sequence, type, body, at)
      select id, last_event, ${event.type}, ${event.body}, ${event.at} from changed
      returning job, sequence, type, body, at
    )`,
    ...(webhook === undefined ? [] : [delivered(webhook, event.at)]),
    ...after,
  ];
  const heard = [
    sql`(select ${signalledEvent} from told where told.job = changed.id)`,
    ...signals,
    ...(webhook === undefined ? [] : [sql`(select ${signalled('webhook')} from delivered limit 1)`]),
  ];
  return sql`with ${sql.join(parts, sql`, `)} select ${sql.join([returning, ...heard], sql`, `)} from changed`;
}

/** Whoever sends webhooks finds the row, whoever is killed in between. */
function delivered({ event, when = sql`true` }: NonNullable<ToldChange['webhook']>, at: SQL): SQL {
  return sql`delivered as (
    insert into ${webhookDeliveries} (job, sequence, event, state, created_at)
    select id, last_event, ${event}, 'pending', ${at} from changed
    where ${event} = any(webhook_events) and ${when}
    returning job
  )`;
}

/** A moment, and the body of an event that is known beforehand, as expressions. */
export const moment = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;
export const eventBody = (body: JobEventBody): SQL => sql`${JSON.stringify(body)}::json`;

/** The same where a statement is prepared: `body` is JSON, `at` an instant in ISO 8601. */
export const givenMoment = sql`${sql.placeholder('at')}::timestamptz`;
export const givenBody = sql`${sql.placeholder('body')}::json`;
