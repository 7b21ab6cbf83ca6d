import { z } from 'zod';
import { createBell } from './bell.ts';
import { anyJob, type JobSignals } from './job-signals.ts';

/** Rings when work may have come. */
export interface WorkBell {
  /** How often it rang. Ask before looking for work: what rings from then on is news. */
  rings(): number;
  /** Ring in this process alone: what others here would find has changed. */
  ring(): void;
  /** Resolves when it has rung more often than that, when it is time to look without a signal, or the signal aborts. */
  wait(rings: number, signal: AbortSignal): Promise<void>;
}

/** The longest waits without a signal, for what becomes due by itself or a lost connection swallowed. */
const workLookAgainMs = 5_000;
/** A call that failed is due again without anybody saying so. */
const webhooksLookAgainMs = 2_000;
const failuresLookAgainMs = 15_000;

/** Rings for jobs of these kinds, and for those of which nobody says what they are. */
export function openWorkBell(signals: JobSignals, kinds: readonly string[]): WorkBell {
  const { ring, ...bell } = openBell(workLookAgainMs);
  signals.subscribe('work', '', (news) => {
    const told = readWorkNews(news).kinds;
    if (told === null || kinds.some((kind) => told.includes(kind))) ring();
  });
  return { ring, ...bell };
}

export function openWebhookBell(signals: JobSignals): WorkBell {
  const bell = openBell(webhooksLookAgainMs);
  signals.subscribe('webhook', '', bell.ring);
  return bell;
}

const failureNews = z.object({ body: z.object({ type: z.literal('ended'), state: z.literal('failed') }) });

/** Rings when a job has failed, by the event that the signal carries: nothing is read for those that go well. */
export function openFailureBell(signals: JobSignals): WorkBell {
  const bell = openBell(failuresLookAgainMs);
  signals.subscribe('job', anyJob, (carried) => {
    if (carried !== '' && failureNews.safeParse(JSON.parse(carried)).success) bell.ring();
  });
  return bell;
}

/** What the signal `work` carries: see `job-signals.ts`. `newest` is 0 and `kinds` null when it does not say. */
export function readWorkNews(news: string): { newest: number; kinds: readonly string[] | null } {
  const [newest = '', kinds] = news.split(' ');
  return { newest: Number(newest), kinds: kinds === undefined ? null : kinds.split(',') };
}

function openBell(lookAgainMs: number): WorkBell {
  const { rings, ring, wait } = createBell();
  return {
    rings,
    ring,
    wait: async (since, signal) => {
      await wait(since, lookAgainMs, signal);
    },
  };
}
