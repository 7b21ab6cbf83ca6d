/**
 * What webhooks are still to be told. An event and its delivery are stored in one statement (tell-change.ts), so whatever a
 * client can see of a job its webhook hears of as well, whoever is killed in between:
 *
 *   event stored ─▶ pending ──take──▶ (being sent) ──delivered──▶ delivered
 *                      ▲                    ├──failed, tries left──▶ pending     (again after 2 s, 4 s, … at most an hour)
 *                      │                    └──failed for good─────▶ failed
 *                      └──── the sender died: again after a minute
 *
 * A sender that looks gives new ones to pg-boss first, which keeps when each is next and hands it to one sender only. The row
 * says what became of it, for people.
 */
import { and, asc, desc, eq, isNull, or, sql } from 'drizzle-orm';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Database } from '../../database/database.ts';
import { jobs, webhookDeliveries } from '../../database/schema.ts';
import { type Webhook, type WebhookEvent, webhookSchema } from '../webhook.ts';

export interface DeliveryRecord {
  sequence: number;
  event: WebhookEvent;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  responseStatus: number | null;
  error: string | null;
  createdAt: Date;
  lastAttemptAt: Date | null;
}

/** One of any job, with where it was sent. */
export interface RecentDelivery extends DeliveryRecord {
  job: string;
  webhook: Webhook;
}

/** One that this process is to send now. */
export interface TakenDelivery {
  entry: string;
  job: string;
  /** Of the event. */
  sequence: number;
  /** Whether another failure is final. */
  isLast: boolean;
}

/** How an attempt went. */
export interface DeliveryAttempt {
  state: DeliveryRecord['state'];
  responseStatus: number | null;
  error: string | null;
  at: Date;
}

export interface WebhookOutbox {
  take(limit: number): Promise<TakenDelivery[]>;
  settle(delivery: TakenDelivery, attempt: DeliveryAttempt): Promise<void>;
  /** In the order of the events. */
  deliveries(job: string): Promise<DeliveryRecord[]>;
  /** The newest of all jobs, or of those that an API key sent. */
  recent(filter: { keyId?: string | null; limit: number }): Promise<RecentDelivery[]>;
  /** Give what dead senders held to others. */
  recover(): Promise<void>;
}

const queue = 'webhooks';
const entryData = z.object({ job: z.string(), sequence: z.int() });
/** With the delays below some five hours, which outlasts a restart or a bad deployment on the other side. */
const retryLimit = 15;
const firstDelaySeconds = 2;
const longestDelaySeconds = 60 * 60;

const rowOf = ({ job, sequence }: { job: string; sequence: number }) =>
  and(eq(webhookDeliveries.job, job), eq(webhookDeliveries.sequence, sequence));

export async function openWebhookOutbox(boss: PgBoss, database: Database): Promise<WebhookOutbox> {
  await boss.createQueue(queue, {
    retryLimit,
    retryDelay: firstDelaySeconds,
    retryBackoff: true,
    retryDelayMax: longestDelaySeconds,
    expireInSeconds: 60,
    // A webhook that is years late is told by nobody, so nothing has to drop it.
    retentionSeconds: 365 * 24 * 60 * 60,
  });
  return {
    take: async (limit) => {
      await enterNew(boss, database);
      const entries = await boss.fetch(queue, { batchSize: limit, includeMetadata: true });
      return entries.map(({ id, data, retryCount }) => ({
        entry: id,
        isLast: retryCount >= retryLimit,
        ...entryData.parse(data),
      }));
    },
    settle: (delivery, { state, responseStatus, error, at }) =>
      database.transaction(async (transaction) => {
        await transaction
          .update(webhookDeliveries)
          .set({
            state,
            responseStatus,
            error,
            lastAttemptAt: at,
            attempts: sql`${webhookDeliveries.attempts} + 1`,
          })
          .where(rowOf(delivery));
        if (state === 'pending') await boss.fail(queue, delivery.entry);
        else await boss.deleteJob(queue, delivery.entry);
      }),
    deliveries: (job) =>
      database.queries
        .select()
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.job, job))
        .orderBy(asc(webhookDeliveries.sequence)),
    recent: async ({ keyId, limit }) => {
      const own =
        keyId === undefined ? undefined : keyId === null ? isNull(jobs.keyId) : eq(jobs.keyId, keyId);
      const rows = await database.queries
        .select({ delivery: webhookDeliveries, webhook: jobs.webhook })
        .from(webhookDeliveries)
        .innerJoin(jobs, eq(jobs.id, webhookDeliveries.job))
        .where(own)
        .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.sequence))
        .limit(limit);
      return rows.map(({ delivery, webhook }) => ({ ...delivery, webhook: webhookSchema.parse(webhook) }));
    },
    recover: async () => {
      await followClock(database);
      await boss.supervise(queue);
    },
  };
}

const mostEntered = 100;

/** Give deliveries that nobody has seen yet to pg-boss. */
async function enterNew(boss: PgBoss, database: Database): Promise<void> {
  const isNew = eq(webhookDeliveries.entered, false);
  const [first] = await database.queries
    .select({ job: webhookDeliveries.job })
    .from(webhookDeliveries)
    .where(isNew)
    .limit(1);
  if (first === undefined) return;
  await database.transaction(async (transaction) => {
    const fresh = await transaction
      .select({ job: webhookDeliveries.job, sequence: webhookDeliveries.sequence })
      .from(webhookDeliveries)
      .where(isNew)
      .orderBy(asc(webhookDeliveries.createdAt), asc(webhookDeliveries.sequence))
      .limit(mostEntered)
      .for('update', { skipLocked: true });
    if (fresh.length === 0) return;
    await transaction
      .update(webhookDeliveries)
      .set({ entered: true })
      .where(or(...fresh.map(rowOf)));
    await boss.insert(
      queue,
      fresh.map((data) => ({ data })),
    );
  });
}

/**
 * pg-boss keeps times of the database's clock. When that was set back, they would be waited for: no call is due later, and none
 * was begun later, than the clock of now allows.
 */
async function followClock({ bossExecutor }: Database): Promise<void> {
  const latest = `case when state = 'created' then now()
    else now() + least(${longestDelaySeconds}, ${firstDelaySeconds} * 2 ^ least(16, retry_count + 1)) * interval '1 s' end`;
  await bossExecutor.executeSql(
    `update pgboss.job set start_after = least(start_after, ${latest}), started_on = least(started_on, now())
     where name = '${queue}' and state <= 'active' and (start_after > ${latest} or started_on > now())`,
  );
}
