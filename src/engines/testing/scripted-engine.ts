/**
 * A program that speaks the engine's side of the protocol and does what its job's prompt says, for tests of the bridge: a
 * real child process on real pipes, without torch. ENGINE_SCRIPT, where set, says how it starts.
 */
import { appendFileSync, closeSync, createReadStream, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Command,
  commandSchema,
  PROTOCOL,
  type RenderCommand,
  type Report,
  type TrainCommand,
} from '../process/protocol.ts';

const memory = { used_bytes: 1, total_bytes: 2, peak_bytes: 3 };
const canceled = new Set<string>();
const words = new Map<string, 'yield' | 'save'>();
let answersPings = process.env.ENGINE_SCRIPT !== 'silent';
let loads = 0;

const write = (bytes: string | Uint8Array): void => {
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(4, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
};
const say = (report: Report): void => write(`${JSON.stringify(report)}\n`);

function start(): void {
  const script = process.env.ENGINE_SCRIPT ?? '';
  if (process.env.ENGINE_STARTS) appendFileSync(process.env.ENGINE_STARTS, `${process.pid}\n`);
  if (script === 'dies') {
    console.error('ImportError: libtorch.so: cannot open shared object file');
    process.exit(1);
  }
  if (
    script === 'dies twice' &&
    readFileSync(process.env.ENGINE_STARTS ?? '', 'utf8').split('\n').length <= 3
  ) {
    process.exit(1);
  }
  if (script === 'fatal') say({ type: 'fatal', message: "No module named 'torch'. Run `npm run setup`." });
  if (script === 'fatal' || script === 'silent') return;
  const device = { type: 'cpu', name: 'scripted', dtype: 'float32' };
  const protocol = script === 'old' ? 0 : PROTOCOL;
  say({ type: 'ready', protocol, pid: process.pid, versions: { scripted: '1' }, device, memory });
}

async function render(command: RenderCommand): Promise<void> {
  const { job, calls, scratch } = command;
  say({ type: 'progress', job, call: null, phase: 'loading', step: 0, total: 1 });
  loads += 1;
  for (const call of calls) {
    await act(call.prompt, job);
    if (canceled.has(job)) return say({ type: 'canceled', job });
    if (call.prompt === 'fail' || call.prompt === 'oom') return;
    for (let step = 1; step <= call.steps; step++) {
      say({ type: 'progress', job, call: call.index, phase: 'denoising', step, total: call.steps });
    }
    const file = path.join(scratch, `${call.index}.rgb`);
    writeFileSync(file, Buffer.alloc(call.width * call.height * 3, call.seed));
    const { width, height } = call;
    say({ type: 'frame', job, call: call.index, file, width, height, frames: 1, audio: null, seconds: 0.5 });
  }
  const timings = { load_seconds: 1, adapters_seconds: 2, render_seconds: 3 };
  say({ type: 'done', job, timings, loads, merges: 0, memory });
}

/** A training of so many steps as its plan says, each of which waits for a word where its name is `waits`. */
async function train({ job, plan, folder }: TrainCommand): Promise<void> {
  const { steps: total } = plan.settings;
  say({ type: 'stage', job, stage: 'training', step: 0, total });
  for (let step = 1; step <= total; step += 1) {
    while (plan.name === 'waits' && !words.has(job) && !canceled.has(job)) await sleep(5);
    if (canceled.has(job)) return say({ type: 'canceled', job });
    say({ type: 'step', job, step, total, loss: 0.5, lr: 0.1, seconds: 0.01 });
    const word = words.get(job);
    words.delete(job);
    if (word === 'yield') return say({ type: 'yielded', job, step });
    if (word === 'save' || step === total) {
      const file = path.join(folder, `${step}.safetensors`);
      say({ type: 'checkpoint', job, step, loss: 0.5, files: [{ part: 'main', file }] });
    }
  }
  const timings = { load_seconds: 1, adapters_seconds: 0, render_seconds: 3 };
  say({ type: 'done', job, timings, loads, merges: 0, memory });
}

/** What a prompt makes it do before it renders. */
async function act(prompt: string, job: string): Promise<void> {
  switch (prompt) {
    case 'exit':
      console.error('Traceback: File "/home/someone/private/pipeline.py", line 3');
      process.exit(3);
      break;
    case 'die':
      process.kill(process.pid, 'SIGKILL');
      return sleep(60_000);
    case 'close':
      return closeSync(4);
    case 'hang':
      answersPings = false;
      return sleep(60_000);
    case 'stubborn':
      return sleep(60_000);
    case 'wait':
      while (!canceled.has(job)) await sleep(5);
      return;
    case 'fail':
      return say({ type: 'failed', job, code: 'RENDER_FAILED', message: 'It is broken.', retryable: false });
    case 'oom':
      return say({ type: 'failed', job, code: 'OUT_OF_MEMORY', message: 'No memory.', retryable: true });
    case 'log':
      return say({ type: 'log', level: 'warning', message: 'It got warm.' });
    case 'environment':
      return say({
        type: 'warning',
        job,
        message: JSON.stringify({ ...process.env, argv: process.argv }),
        about: null,
      });
    case 'fragments': {
      const line = Buffer.from(`${JSON.stringify({ type: 'warning', job, message: 'snow ☃ fox 🦊' })}\r\n`);
      for (const byte of line) {
        write(Buffer.of(byte));
        await sleep(0);
      }
      return write('\n\n');
    }
    case 'noise':
      console.log('{"type":"done"} on stdout is only log');
      write('not json\n{"type":"unheard of"}\n[]\nnull\n{"type":"progress","job":1}\n');
      write(Buffer.concat([Buffer.alloc(9 * 2 ** 20, 'x'), Buffer.from('\n')]));
      return say({ type: 'warning', job: 'another job', message: 'not for this one', about: null });
  }
}

function obey(command: Command): void {
  if (command.type === 'hello') start();
  if (command.type === 'ping' && answersPings) say({ type: 'pong', id: command.id, memory });
  if (command.type === 'cancel') canceled.add(command.job);
  if (command.type === 'yield' || command.type === 'save') words.set(command.job, command.type);
  if (command.type === 'render') void render(command);
  if (command.type === 'train') void train(command);
  if (command.type === 'shutdown' && process.env.ENGINE_SCRIPT !== 'stays') process.exit(0);
}

if (process.env.ENGINE_IMPORTS) appendFileSync(process.env.ENGINE_IMPORTS, `${process.pid}\n`);
if (process.env.ENGINE_SCRIPT === 'does not import') process.exit(1);
if (process.env.ENGINE_SCRIPT !== 'silent') say({ type: 'imported', pid: process.pid });
if (process.env.ENGINE_SCRIPT === 'stays') process.on('SIGTERM', () => {});
createInterface({ input: createReadStream('', { fd: 3 }) })
  .on('line', (line) => obey(commandSchema.parse(JSON.parse(line))))
  .on('close', () => process.exit(0));
