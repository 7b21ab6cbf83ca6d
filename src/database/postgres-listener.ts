import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import type { Database } from './database.ts';

interface Subscription {
  channel: string;
  onNotification: (payload: string) => void;
  onGap: () => void;
}

/**
 * One connection that hears notifications for the whole process. A lost connection is opened again, first after 0.2 s,
 * then after twice as long each time up to 10 s, and every subscriber is told of the gap.
 */
export function listenOnPostgres(connectionString: string, log: Logger): Pick<Database, 'listen' | 'close'> {
  const subscriptions: Subscription[] = [];
  const closing = new AbortController();
  let client: Client | null = null;

  async function connect(): Promise<void> {
    const fresh = new Client({ connectionString, application_name: 'darkroom-listen', keepAlive: true });
    fresh.on('notification', ({ channel, payload }) => {
      for (const one of subscriptions) if (one.channel === channel) one.onNotification(payload ?? '');
    });
    fresh.on('error', (error) => log.warn({ error: error.message }, 'the listening connection was lost'));
    fresh.on('end', () => {
      if (client !== fresh) return;
      client = null;
      void reconnect();
    });
    await fresh.connect();
    for (const { channel } of subscriptions) await fresh.query(`listen ${channel}`);
    client = fresh;
  }

  async function reconnect(): Promise<void> {
    for (let delayMs = 200; !closing.signal.aborted; delayMs = Math.min(delayMs * 2, 10_000)) {
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      const connected = await connect().then(
        () => true,
        () => false,
      );
      if (!connected) continue;
      for (const one of subscriptions) one.onGap();
      return;
    }
  }

  return {
    listen: async (channel, onNotification, onGap) => {
      subscriptions.push({ channel, onNotification, onGap });
      if (client === null) await connect();
      else await client.query(`listen ${channel}`);
    },
    close: async () => {
      closing.abort();
      const last = client;
      client = null;
      await last?.end();
    },
  };
}
