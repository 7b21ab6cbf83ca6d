import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';

/** Between two looks for entries whose taker died, where anybody asks for them. */
export const superviseEverySeconds = 15;

/**
 * pg-boss on this database, started. Its supervision is off: its expiry would hand a long render to a second worker, and its
 * retention would drop jobs that wait for weeks.
 */
export async function openBoss(database: Database, log: Logger): Promise<PgBoss> {
  const boss = new PgBoss({
    db: database.bossExecutor,
    backend: database.kind,
    schema: 'pgboss',
    supervise: false,
    monitorIntervalSeconds: superviseEverySeconds,
    schedule: false,
  });
  boss.on('error', (error) => log.error({ error: error.message }, 'pg-boss reports an error'));
  boss.on('warning', ({ message }) => log.warn({ message }, 'pg-boss warns'));
  await boss.start();
  return boss;
}

export const closeBoss = (boss: PgBoss): Promise<void> => boss.stop({ graceful: false, close: false });
