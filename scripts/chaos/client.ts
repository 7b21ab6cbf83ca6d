/** A client that never gives up: what was sent and not answered is sent again to the next server, under the same key. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client as ApiClient, openClient } from '../../src/client/open-client.ts';
import type { Entry, Ledger } from './ledger.ts';
import { bodyOf } from './orders.ts';

interface Client {
  url: string;
  ledger: Ledger;
  /** Aborts when the server is dead. */
  signal: AbortSignal;
}

const terminal = ['succeeded', 'failed', 'canceled'];
const looksEveryMs = 300;
const looksAtOnce = 4;

/** Resolves when each of these was answered, or the server is dead. */
export async function sendOrders(client: Client, entries: readonly Entry[]): Promise<void> {
  const ends = await Promise.allSettled(entries.map((entry) => sendOne(client, entry)));
  for (const end of ends) if (end.status === 'rejected' && !isLost(end.reason)) throw end.reason;
}

async function sendOne(client: Client, entry: Entry): Promise<void> {
  const { order } = entry;
  await sleep(order.sendAfter, undefined, { signal: client.signal });
  entry.sends += 1;
  const accepted = await apiOf(client).submit(bodyOf(order), { idempotencyKey: order.key });
  entry.id = accepted.request_id;
  if (order.cancelAfter === null) return;
  await sleep(order.cancelAfter, undefined, { signal: client.signal });
  entry.cancelAsked = true;
  await apiOf(client).cancel(entry.id);
}

/** While the server lives, ask again and again how some requests stand: one that has ended must stay as it is. */
export async function watchEnds(client: Client, random: () => number): Promise<void> {
  const { ledger, signal } = client;
  while (!signal.aborted) {
    const known = ledger.entries.filter(({ id }) => id !== null);
    for (let count = 0; count < looksAtOnce && known.length > 0; count += 1) {
      const entry = known[Math.floor(random() * known.length)];
      if (entry !== undefined) await look(client, entry).catch(ignoreLost);
    }
    await sleep(looksEveryMs, undefined, { signal }).catch(ignoreLost);
  }
}

async function look(client: Client, entry: Entry): Promise<void> {
  if (entry.id === null) return;
  const { status } = await apiOf(client).status(entry.id);
  if (entry.ended !== null && entry.ended !== status)
    client.ledger.contradictions.push(`${entry.id} had ${entry.ended} and is ${status} now`);
  if (terminal.includes(status)) entry.ended ??= status;
}

const apiOf = ({ url, signal }: Client): ApiClient => openClient({ url, signal });

function ignoreLost(error: unknown): void {
  if (!isLost(error)) throw error;
}

/** What `fetch` and timers throw when the server is gone. */
function isLost(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'AbortError');
}
