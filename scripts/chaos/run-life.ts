/**
 * One server, from its start to its death:
 *
 *   start ─▶ listens ─▶ requests come, an engine is killed now and then ─▶ SIGKILL
 *     └─▶ SIGKILL                                                            (now and then)
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { sendOrders, watchEnds } from './client.ts';
import { engineProcesses, killEngines, leftBehind } from './engine-killer.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Chronicle, Life } from './lives.ts';
import type { ChaosOptions } from './options.ts';
import { startVictim, type Victim } from './victim.ts';

export interface Run {
  data: string;
  options: ChaosOptions;
  ledger: Ledger;
  chronicle: Chronicle;
}

/** When a server is to die, in milliseconds: while it starts, or some time after it listens or after its engine is ready. */
export type Doom =
  | { kind: 'starting'; afterStart: number }
  | {
      kind: 'serving';
      since: 'it listened' | 'its engine was ready';
      after: number;
      engineKillsAfter: number[];
    };

/** Orphans keep a GPU from the next server. */
const orphanGraceMs = 5_000;
/** Python may have to import torch on a busy machine. */
const longestStartMs = 60_000;
const readiness = z.object({ queue: z.object({ queued: z.int(), running: z.int() }) });

/** Start a server, send it `entries`, kill it when its time has come. Throws when it does not start any more. */
export async function runDoomed(
  run: Run,
  doom: Doom,
  entries: readonly Entry[],
  random: () => number,
): Promise<void> {
  const { victim, life } = begin(run);
  const dead = new AbortController();
  try {
    if (doom.kind === 'starting') {
      await sleep(doom.afterStart);
      return await die(run, victim, life);
    }
    const client = { url: await listening(victim, life), ledger: run.ledger, signal: dead.signal };
    const others = Promise.all([
      sendOrders(client, entries),
      watchEnds(client, random),
      watchEngine(client.url, life, dead.signal),
      ...doom.engineKillsAfter.map((after) => killEngineAfter(run, victim, after, dead.signal)),
    ]).catch((error: unknown) => told(error, victim));
    if (doom.since === 'its engine was ready') await Promise.race([untilReady(life), others]);
    await sleep(doom.after);
    await die(run, victim, life);
    dead.abort();
    await others;
  } finally {
    await victim.kill();
  }
}

/** What the clients of a server met, together with what that wrote. */
function told(error: unknown, victim: Victim): never {
  throw new Error(`${error instanceof Error ? error.message : error}\n${victim.log().slice(-4_000)}`);
}

/** Start a server, leave it alone until nothing waits and nothing runs, and stop it in good order. */
export async function runUndisturbed(run: Run, entries: readonly Entry[], longestMs: number): Promise<void> {
  const { victim, life } = begin(run);
  const stopped = new AbortController();
  try {
    const url = await listening(victim, life);
    const watching = watchEngine(url, life, stopped.signal);
    const client = { url, ledger: run.ledger, signal: stopped.signal };
    await sendOrders(client, entries).catch((error: unknown) => told(error, victim));
    await untilIdle(url, Date.now() + longestMs).catch((error: unknown) => told(error, victim));
    stopped.abort();
    await watching;
    await victim.stop();
    life.diedAt = Date.now();
  } finally {
    await victim.kill();
  }
}

async function untilIdle(url: string, deadline: number): Promise<void> {
  for (let left = 1; left > 0; ) {
    if (Date.now() > deadline) throw new Error(`${left} requests have not ended in time.`);
    await sleep(500);
    const { queue } = readiness.parse(await (await fetch(`${url}/ready`)).json());
    left = queue.queued + queue.running;
  }
}

function begin({ data, options, chronicle }: Run): { victim: Victim; life: Life } {
  const life = { spawnedAt: Date.now(), listeningAt: null, engineReadyAt: null, diedAt: 0 };
  chronicle.lives.push(life);
  return { victim: startVictim(data, options.engine), life };
}

async function listening(victim: Victim, life: Life): Promise<string> {
  const url = await victim.url;
  if (url === null) throw new Error(`The server does not start any more:\n${victim.log()}`);
  life.listeningAt = Date.now();
  return url;
}

async function die({ options, ledger }: Run, victim: Victim, life: Life): Promise<void> {
  const engines = options.engine === 'python' ? await engineProcesses(victim.pid) : [];
  await victim.kill();
  life.diedAt = Date.now();
  for (const pid of await leftBehind(engines, orphanGraceMs))
    ledger.contradictions.push(`the engine ${pid} outlived its server`);
}

async function watchEngine(url: string, life: Life, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && life.engineReadyAt === null) {
    const answer = await fetch(`${url}/ready`, { signal }).catch(() => null);
    if (answer?.ok === true) life.engineReadyAt = Date.now();
    await sleep(50, undefined, { signal }).catch(() => {});
  }
}

async function untilReady(life: Life): Promise<void> {
  for (const until = Date.now() + longestStartMs; life.engineReadyAt === null && Date.now() < until; )
    await sleep(50);
}

async function killEngineAfter(run: Run, victim: Victim, after: number, signal: AbortSignal): Promise<void> {
  await sleep(after, undefined, { signal }).catch(() => {});
  if (signal.aborted) return;
  if ((await killEngines(victim.pid)) > 0) run.chronicle.engineKills.push(Date.now());
}
