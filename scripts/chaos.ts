/**
 * `npm run chaos -- --rounds 10 --jobs 200 --seed 1 --engine stand-in`: does Darkroom keep its promises when it is killed?
 *
 * Each round starts the real server on the same data folder, sends its share of the requests while it lives, and kills it
 * with SIGKILL at a random moment; with `--engine python` the engine alone is killed now and then, too. What was not
 * acknowledged is sent again to the next server under the same Idempotency-Key. At the end the server is started once more
 * and left alone, and then:
 *
 *   - every request was acknowledged, is there once, and has ended once, in the state that any client has seen before;
 *   - it succeeded, or was canceled because a client asked, or failed because as many processes were killed under it as
 *     the job machine allows;
 *   - every picture has the bytes that were recorded and the pixels of its prompt, and none was rendered again after it was
 *     finished;
 *   - no engine outlived its server.
 *
 * The seed decides what is sent and when what is killed. The stand-in engine takes the place of Python and makes a round
 * short; everything around it is the real thing. `--engine python` renders with the model that ships. With a DATABASE_URL of an
 * empty Postgres in the environment the requests are kept there.
 */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { audit } from './chaos/audit.ts';
import { createLedger, type Entry } from './chaos/ledger.ts';
import { readOptions } from './chaos/options.ts';
import { drawOrder } from './chaos/orders.ts';
import { randomFrom } from './chaos/random-from.ts';
import { report } from './chaos/report.ts';
import { type Doom, type Run, runDoomed, runUndisturbed } from './chaos/run-life.ts';
import { lorasFolder } from './chaos/victim.ts';

const options = readOptions(process.argv.slice(2));
/** Every so many rounds it is killed while it starts, in the others some time after it listens. */
const startingEvery = 4;
const longestStartMs = 2_500;
const longestLifeMs = options.engine === 'python' ? 8_000 : 3_000;
/** Python needs seconds for torch alone, on each start: most lives have to go on after it is there. */
const readyShare = options.engine === 'python' ? 0.8 : 0;
/** Of the requests of a round so many are sent at once when earlier ones are still to be sent again. */
const mostAtOnce = 1.5;
const engineKillShare = 0.6;
const longestEngineLifeMs = 12_000;
/** What one request may take at the end, on a busy machine. */
const patienceMs = options.engine === 'python' ? 20_000 : 2_000;

const random = randomFrom(options.seed);
const loras = readdirSync(lorasFolder).filter((name) => name.endsWith('.safetensors'));
const orders = Array.from({ length: options.jobs }, (_, index) => drawOrder(index, random, options, loras));
const data = await mkdtemp(path.join(tmpdir(), 'darkroom-chaos-'));
const run: Run = { data, options, ledger: createLedger(orders), chronicle: { lives: [], engineKills: [] } };
const { rounds, engine, seed } = options;
console.log(`${rounds} rounds, ${orders.length} requests, ${engine} engine, seed ${seed}\n`);
try {
  for (let round = 1; round <= rounds; round += 1) await killOnce(round);
  const unanswered = waiting(orders.length);
  console.log(`\nleft alone now, with ${unanswered.length} requests to send again`);
  await runUndisturbed(run, unanswered, 120_000 + orders.length * patienceMs);
  const findings = await audit(run);
  console.log(`\n${report(run, findings)}\n`);
  for (const problem of findings.problems) console.error(`  ${problem}`);
  console.log(
    findings.problems.length === 0 ? 'Nothing lost, nothing twice.' : 'The promises were NOT kept.',
  );
  process.exitCode = findings.problems.length === 0 ? 0 : 1;
} finally {
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
}

async function killOnce(round: number): Promise<void> {
  const own = randomFrom(seed * 1_000_003 + round);
  const doom = drawDoom(round, own);
  const share = orders.length / rounds;
  const sent =
    doom.kind === 'starting' ? [] : waiting(Math.ceil(share * round)).slice(0, Math.ceil(share * mostAtOnce));
  const kills = run.chronicle.engineKills.length;
  await runDoomed(run, doom, sent, own);
  const name = `round ${String(round).padStart(String(rounds).length)}`;
  if (doom.kind === 'starting')
    return console.log(`${name}: killed ${Math.round(doom.afterStart)} ms after it was started`);
  const acknowledged = sent.filter(({ id }) => id !== null).length;
  const engines = run.chronicle.engineKills.length - kills;
  console.log(
    `${name}: killed ${Math.round(doom.after)} ms after ${doom.since}, ` +
      `${acknowledged} of ${sent.length} requests acknowledged${engines > 0 ? ', engine killed' : ''}`,
  );
}

function drawDoom(round: number, own: () => number): Doom {
  if (round % startingEvery === 0) return { kind: 'starting', afterStart: own() * longestStartMs };
  const since = own() < readyShare ? 'its engine was ready' : 'it listened';
  const hasEngine = engine === 'python' && own() < engineKillShare;
  const engineKillsAfter = hasEngine ? [own() * longestEngineLifeMs] : [];
  return { kind: 'serving', since, after: own() * longestLifeMs, engineKillsAfter };
}

/** Those of the first so many requests that got no answer yet. */
function waiting(upTo: number): Entry[] {
  return run.ledger.entries.slice(0, upTo).filter(({ id }) => id === null);
}
