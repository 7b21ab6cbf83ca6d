/**
 * `npm run demo`: set-up, then a real server with the model that ships with Darkroom, and the same requests that a user would
 * send to it: three prompts without a LoRA, and the same prompts and seeds with each LoRA. The pictures and a sheet that
 * shows them side by side are left in `demo-output/`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { createProgressBar } from '../src/cli/progress-bar.ts';
import { parseConfig } from '../src/config.ts';
import { packageRoot } from '../src/python/package-root.ts';
import { open, type RunningServer } from '../src/server/open.ts';
import { drawSheet } from '../src/sheets/draw-sheet.ts';
import { layOut } from '../src/sheets/layout.ts';
import { type DemoSet, demoPrompts, demoSets } from './demo/demo-sets.ts';
import { renderSet } from './demo/render-set.ts';
import { setUpOrExit } from './setup.ts';

const output = path.join(packageRoot(), 'demo-output');
const loras = path.join(packageRoot(), 'checkpoints', 'demo', 'loras');
const logFile = path.join(output, 'server.log');

await setUpOrExit({ tests: false });
mkdirSync(output, { recursive: true });
try {
  await runDemo();
} catch (error) {
  console.error(
    `\nThe demo stopped: ${error instanceof Error ? error.message : error}\nThe server's log is in ${logFile}`,
  );
  process.exitCode = 1;
}

async function runDemo(): Promise<void> {
  // A fresh one each time: requests of a demo that was interrupted are nobody's any more.
  const data = mkdtempSync(path.join(os.tmpdir(), 'darkroom-demo-'));
  try {
    await runDemoOn(await startDemoServer(data));
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function runDemoOn(server: RunningServer): Promise<void> {
  try {
    const sets = await demoSets(loras);
    const files = await renderSets(server.url, sets);
    console.log(farewell(files, sets));
  } finally {
    await server.stop();
  }
}

/** Settings of the environment stay out, but for what the machine needs: a demo must not serve on a public address. */
async function startDemoServer(data: string): Promise<RunningServer> {
  const { DARKROOM_PYTHON, DEVICE } = process.env;
  const config = parseConfig({
    PORT: '0',
    DARKROOM_DATA: data,
    WORKFLOWS_BASE_PATH: loras,
    LOG_LEVEL: 'info',
    DARKROOM_PYTHON,
    DEVICE,
  });
  const bar = createProgressBar('server');
  const started = performance.now();
  bar.update(0, 2, 'opening the database');
  const log = pino(
    { level: config.LOG_LEVEL },
    pino.destination({ dest: logFile, append: false, sync: true }),
  );
  const server = await open({ role: 'both', config, log });
  bar.update(1, 2, 'starting the engine');
  const [slot] = server.engines.slots;
  const device = (await slot?.engine.ready())?.device;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  bar.done(`${server.url} on ${device?.name ?? 'an unknown device'}, up in ${seconds} s`);
  return server;
}

/** Renders set after set; resolves with the files written, the sheet last. */
async function renderSets(url: string, sets: readonly DemoSet[]): Promise<string[]> {
  const files: string[] = [];
  const cells = new Map<string, Uint8Array>();
  for (const [column, set] of sets.entries()) {
    for (const [row, image] of (await renderSet(url, set)).entries()) {
      cells.set(`${row},${column}`, image);
      files.push(save(`${demoPrompts[row]?.name}-${set.name}.png`, image));
    }
  }
  return [...files, save('contact-sheet.png', await drawAll(sets, cells))];
}

/** One picture with a column for each LoRA and a row for each prompt, so that equal seeds stand side by side. */
async function drawAll(
  sets: readonly DemoSet[],
  cells: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  const prompts = demoPrompts.map(({ prompt }) => prompt);
  const axes = [
    { id: 'prompt', name: 'prompt', labels: prompts, along: null },
    { id: 'lora', name: 'lora', labels: sets.map(({ caption }) => caption), along: null },
  ];
  const [picture] = layOut(axes, { rows: ['prompt'], columns: ['lora'], pages: [], tile: 256 }, 1);
  if (picture === undefined) throw new Error('The demo has pictures.');
  return drawSheet(picture, 'png', async (place) => ({
    picture: cells.get(place.join(',')) ?? null,
    note: '',
  }));
}

function save(name: string, image: Uint8Array): string {
  const file = path.join(output, name);
  writeFileSync(file, image);
  return path.relative(process.cwd(), file);
}

function farewell(files: readonly string[], sets: readonly DemoSet[]): string {
  const body = { ...(sets.at(-1)?.body ?? {}), prompts: sets.at(-1)?.body.prompts.slice(0, 1) };
  return `
${files.map((file) => `  ${file}`).join('\n')}

${files.length - 1} pictures, and all of them side by side in ${files.at(-1)}

By hand: start the server in one terminal, and send a request from another. The answer has the URL of the result.

  npm start -- --loras checkpoints/demo/loras

  curl http://localhost:8000/v1/inference -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'
  curl http://localhost:8000/v1/requests/REQUEST_ID/result`;
}
