/**
 * `darkroom train`: pictures become a LoRA. The training is one of a server, the one that runs on this machine or one that lives
 * as long as this command, and goes on from its state wherever it was stopped.
 */
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { UsageError } from '../errors/usage-error.ts';
import { commandConfig } from './command-config.ts';
import { type CommandServer, commandServer } from './command-server.ts';
import { followTraining, hasEnded, readTraining, type Training } from './train/follow-training.ts';
import { localSet } from './train/set-files.ts';
import { type TrainingOptions, trainingBody, trainingOptionsSchema } from './train/training-options.ts';

export async function trainCommand(what: unknown, given: unknown): Promise<void> {
  const sources = z.array(z.string().min(1)).parse(what);
  const options = trainingOptionsSchema.parse(given);
  const known = options.follow ?? options.extend ?? options.cancel;
  if (known !== undefined && sources.length > 0)
    throw new UsageError('A training that there is has its pictures. Leave them out, or start another.');
  if (known === undefined && sources.length === 0 && options.model === undefined)
    throw new UsageError('Name the pictures: an archive, a folder, picture files or URLs.');
  const set = await localSet(sources, options.pairs ?? null);
  const body = known === undefined ? trainingBody(options, set.urls) : null;
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const server = await commandServer(options.server);
  try {
    if (options.cancel !== undefined) return await cancel(server, options.cancel);
    if (options.extend !== undefined) {
      const extended = await extend(server, options.extend, options.steps);
      return await follow(server, extended, options, stop.signal);
    }
    const id = body === null ? known : await start(server, body, set.files);
    if (id !== undefined) await follow(server, id, options, stop.signal);
  } finally {
    await server.end();
  }
}

async function start(
  { ask, client: { api } }: CommandServer,
  body: ReturnType<typeof trainingBody>,
  files: Awaited<ReturnType<typeof localSet>>['files'],
): Promise<string> {
  const form = new FormData();
  form.set('request', JSON.stringify(body));
  for (const { name, path } of files) form.append('file', await openAsBlob(path), name);
  const training = await ask(api.POST('/v1/trainings', { body, bodySerializer: () => form }));
  for (const warning of training.warnings) console.error(`note: ${warning}`);
  const { name, model, base, pictures, steps } = training;
  console.error(`${name} (${model}), for ${base}: ${pictures} pictures, ${steps} steps`);
  return training.training_id;
}

async function extend(
  { ask, client: { api } }: CommandServer,
  training_id: string,
  steps: number | undefined,
): Promise<string> {
  if (steps === undefined)
    throw new UsageError('Say for how many more steps it is to be trained: --extend <id> --steps 100.');
  const params = { path: { training_id } };
  const training = await ask(api.POST('/v1/trainings/{training_id}/extend', { params, body: { steps } }));
  return training.training_id;
}

async function cancel(server: CommandServer, training_id: string): Promise<void> {
  const params = { path: { training_id } };
  await server.ask(server.client.api.POST('/v1/trainings/{training_id}/cancel', { params }));
  console.log('It is canceled. The epochs that it has made are kept.');
}

async function follow(
  server: CommandServer,
  id: string,
  options: TrainingOptions,
  stop: AbortSignal,
): Promise<void> {
  const ended = await followTraining(server, id, stop);
  if (!hasEnded(ended)) return leave(server, ended, options);
  if (options.json) console.log(JSON.stringify(ended));
  else tellEpochs(ended);
  if (ended.status === 'canceled') throw new UsageError('The training was canceled.');
  if (ended.status === 'failed')
    throw new UsageError(`${ended.error ?? 'The training failed.'} (${ended.error_code})`);
  if (!options.json) await hand(server, ended, options);
}

/** What becomes of a training that is followed no longer. A server of this command ends first, so that its state is on disk. */
async function leave(server: CommandServer, seen: Training, { server: named }: TrainingOptions) {
  const { training_id: id } = server.isOwn ? seen : await readTraining(server, seen.training_id);
  await server.end();
  const on = named === undefined ? '' : ` --server ${named}`;
  const what = server.isOwn
    ? `The training has stopped after step ${seen.step} of ${seen.steps} and goes on with the next server of this data folder.`
    : `The training goes on at ${server.url}.`;
  console.error(
    `${what}\n  to follow it:  darkroom train --follow ${id}${on}\n  to cancel it:  darkroom train --cancel ${id}${on}`,
  );
  process.exitCode = 130;
}

function tellEpochs({ name, model, base, epochs }: Training): void {
  console.log(`${name} (${model}), for ${base}`);
  for (const { step, loss, lora, samples } of epochs) {
    const previews = samples.length === 1 ? '1 preview' : `${samples.length} previews`;
    console.log(`  step ${step}: ${lora}${loss === null ? '' : `, loss ${loss.toFixed(4)}`}, ${previews}`);
  }
}

/** Write the last epoch as a file, and say how to render with it. */
async function hand(server: CommandServer, training: Training, { output }: TrainingOptions): Promise<void> {
  const { ask, client } = server;
  const { model: model_id, base } = training;
  const model = await ask(
    client.api.GET('/v1/registry/models/{model_id}', { params: { path: { model_id } } }),
  );
  const version = model.versions.find(({ id }) => id === training.version);
  const epoch = version?.epochs.at(-1);
  const main = epoch?.files.find(({ part }) => part === 'main');
  if (epoch === undefined || main === undefined) throw new UsageError('The training has left no epoch.');
  const bytes = await client.download(main.url);
  const file = await writeNew(output ?? `${model.slug}.safetensors`, bytes);
  const last = training.epochs.at(-1);
  const prompt = last?.samples[0]?.prompt ?? training.trigger_word ?? '';
  const entry = (await loadCatalog(commandConfig().CATALOG_PATH)).get(base);
  const control = (entry?.control_images.minimum ?? 0) > 0 ? ' --control picture.png' : '';
  console.log(`The last one is in ${file}. Render with it:`);
  console.log(
    `  darkroom render --model ${base} --lora ${quoted(file)} --prompt ${quoted(prompt)}${control}`,
  );
  console.log(`A server takes any of them by its name: "loras": [{ "path": "${last?.lora ?? model_id}" }]`);
}

/** Under the first name that no file has. */
async function writeNew(file: string, bytes: Uint8Array): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? file : file.replace(/(\.safetensors)?$/, `-${number}$1`);
    const written = await writeFile(name, bytes, { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw new UsageError(`${name} could not be written: ${error.message}.`, { cause: error });
      },
    );
    if (written) return name;
  }
}

const quoted = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
