/**
 * What webhooks are still to be told. An event and its delivery are stored in one transaction, so whatever a client can see
 * of a job its webhook hears of as well, whoever is killed in between:
 *
 *   event stored ─▶ pending ──take──▶ (being sent) ──delivered──▶ delivered
 *                      ▲                    ├──failed, tries left──▶ pending     (again after 2 s, 4 s, … at most an hour)
 *                      │                    └──failed for good─────▶ failed
 *                      └──── the sender died: again after a minute
 *
 * pg-boss keeps when each is next and hands it to one sender only; the row says what became of it, for people.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Database, Queries } from '../database/database.ts';
import { webhookDeliveries } from '../database/schema.ts';
import type { JobEventBody } from './job-event.ts';
import { signal } from './job-signals.ts';
import { type WebhookEvent, webhookEventOf, webhookSchema } from './webhook.ts';

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
  /** Queue what the webhook of this job, if it has one, is to be told. In the transaction that stores the event. */
  add(
    transaction: Queries,
    job: { id: string; webhook: unknown },
    event: { sequence: number; body: JobEventBody; at: Date },
  ): Promise<void>;
  take(limit: number): Promise<TakenDelivery[]>;
  settle(delivery: TakenDelivery, attempt: DeliveryAttempt): Promise<void>;
  /** In the order of the events. */
  deliveries(job: string): Promise<DeliveryRecord[]>;
  /** Give what dead senders held to others. */
  recover(): Promise<void>;
}

const queue = 'webhooks';
const entryData = z.object({ job: z.string(), sequence: z.int() });
/** With the delays below some five hours, which outlasts a restart or a bad deployment on the other side. */
const retryLimit = 15;

export async function openWebhookOutbox(boss: PgBoss, database: Database): Promise<WebhookOutbox> {
  await boss.createQueue(queue, {
    retryLimit,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60 * 60,
    expireInSeconds: 60,
    // A webhook that is years late is told by nobody, so nothing has to drop it.
    retentionSeconds: 365 * 24 * 60 * 60,
  });
  const rowOf = ({ job, sequence }: { job: string; sequence: number }) =>
    and(eq(webhookDeliveries.job, job), eq(webhookDeliveries.sequence, sequence));
  return {
    add: async (transaction, job, { sequence, body, at }) => {
      const event = webhookEventOf(body);
      if (job.webhook === null || event === null) return;
      if (!webhookSchema.parse(job.webhook).events.includes(event)) return;
      await transaction
        .insert(webhookDeliveries)
        .values({ job: job.id, sequence, event, state: 'pending', createdAt: at });
      await boss.insert(queue, [{ data: { job: job.id, sequence } }]);
      await signal(transaction, 'webhook');
    },
    take: async (limit) => {
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
            ...{ state, responseStatus, error, lastAttemptAt: at },
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
    recover: () => boss.supervise(queue),
  };
}
