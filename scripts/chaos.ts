/**
 * `npm run chaos -- --rounds 10 --jobs 20 --seed 1`: does Darkroom keep its promises when it is killed?
 *
 * Each round starts the real server on the same data folder, sends requests while it lives, and kills it with SIGKILL at a
 * random moment. What it acknowledged is written down here. At the end the server is started once more and left alone, and
 * then every acknowledged request must have ended exactly once, succeeded, with every picture whole.
 *
 * The stand-in engine takes the place of Python, so that a round is short; everything around it is the real thing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { auditJobs } from './chaos/audit-jobs.ts';
import { createLedger, sendRequests } from './chaos/ledger.ts';
import { randomFrom } from './chaos/random-from.ts';
import { startVictim } from './chaos/victim.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    jobs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const rounds = count(values.rounds, 'rounds');
const jobs = count(values.jobs, 'jobs');
const random = randomFrom(count(values.seed, 'seed'));
/** Every so many rounds it is killed while it starts, in the others some time after it listens. */
const startingEvery = 4;
const longestStartMs = 3_000;
const longestLifeMs = 3_000;

const data = await mkdtemp(path.join(tmpdir(), 'darkroom-chaos-'));
const ledger = createLedger();
try {
  for (let round = 1; round <= rounds; round += 1) await killOnce(round);
  await finishAll();
  const audit = await auditJobs(data, ledger);
  console.log(
    `\n${ledger.acknowledged.size} requests acknowledged over ${rounds} kills; ${audit.unacknowledged} more were kept ` +
      `without the answer having arrived; ${audit.pictures} pictures checked; at most ${audit.mostAttempts} attempts.`,
  );
  for (const problem of audit.problems) console.error(`  ${problem}`);
  console.log(audit.problems.length === 0 ? 'Nothing lost, nothing twice.' : 'The promises were NOT kept.');
  process.exitCode = audit.problems.length === 0 ? 0 : 1;
} finally {
  await rm(data, { recursive: true, force: true });
}

async function killOnce(round: number): Promise<void> {
  const victim = startVictim(data);
  if (round % startingEvery === 0) {
    const life = random() * longestStartMs;
    await sleep(life);
    await victim.kill();
    console.log(`round ${round}: killed ${Math.round(life)} ms after it was started`);
    return;
  }
  const url = await victim.url;
  if (url === null) throw new Error(`The server does not start any more:\n${victim.log()}`);
  const life = random() * longestLifeMs;
  const dead = new AbortController();
  const before = ledger.acknowledged.size;
  const sending = sendRequests({ url, ledger, count: jobs, round, random, signal: dead.signal });
  await sleep(life);
  await victim.kill();
  dead.abort();
  await sending;
  const acknowledged = ledger.acknowledged.size - before;
  const when = `${Math.round(life)} ms after it listened`;
  console.log(`round ${round}: killed ${when}, ${acknowledged} of ${jobs} requests acknowledged`);
}

/** Start it once more and wait until nothing waits and nothing runs. */
async function finishAll(): Promise<void> {
  const victim = startVictim(data);
  const url = await victim.url;
  if (url === null) throw new Error(`The server does not start any more:\n${victim.log()}`);
  const deadline = Date.now() + 60_000 + rounds * jobs * 2_000;
  for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
    if (Date.now() > deadline) throw new Error(`${left} requests have not ended in time.`);
    await sleep(250);
    left = (await countOf(url, 'in_queue')) + (await countOf(url, 'in_progress'));
  }
  await victim.stop();
}

async function countOf(url: string, status: string): Promise<number> {
  const response = await fetch(`${url}/v1/requests?status=${status}&limit=1`);
  const body: { requests: unknown[] } = JSON.parse(await response.text());
  return body.requests.length;
}

function count(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
  return process.exit(2);
}
