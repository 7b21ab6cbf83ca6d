/**
 * `darkroom import`: what was trained elsewhere becomes a model of a running server. A path is read by the server, which for one of
 * this machine is the same; a single file for a server elsewhere is sent to it.
 */
import { openAsBlob, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UsageError } from '../errors/usage-error.ts';
import { isRemotePath } from '../loras/sources/remote-path.ts';
import { isLoopbackHost } from '../security/safe-binding.ts';
import { type RegistryServer, registryServer, usualServer } from './registry-server.ts';

const optionsSchema = z.object({
  server: z.url().default(usualServer),
  name: z.string().optional(),
  base: z.string().optional(),
  trigger: z.string().optional(),
  model: z.string().optional(),
  tag: z.array(z.string()).default([]),
  dataset: z.boolean().default(true),
  watch: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

const partBytes = 64 * 2 ** 20;
const watchEveryMs = 10_000;
const lookEveryMs = 500;

export async function importCommand(what: unknown, given: unknown): Promise<void> {
  const source = z.string().min(1).parse(what);
  const options = optionsSchema.parse(given);
  const server = registryServer(options.server);
  const from = await sourceOf(source, server);
  if (options.watch && !('path' in from && statSync(from.path).isDirectory()))
    throw new UsageError(
      '--watch follows the folder of a job of ai-toolkit. Leave it out for anything else.',
    );
  for (let known: readonly string[] = []; ; ) {
    const seen = 'path' in from ? marksOf(from.path) : '';
    const ended = await importOnce(server, from, options);
    known = await tellEpochs(server, ended, known, options);
    if (!options.watch || ended.is_finished === true) return;
    while ('path' in from && marksOf(from.path) === seen) await sleep(watchEveryMs);
  }
}

/** Changes when a save appears in a folder, or grows. */
function marksOf(folder: string): string {
  if (!statSync(folder).isDirectory()) return '';
  const saves = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  return saves
    .toSorted()
    .map((name) => `${name} ${statSync(path.join(folder, name), { throwIfNoEntry: false })?.size}`)
    .join('\n');
}

type Source = { path: string } | { url: string } | { upload: string };

async function sourceOf(source: string, server: RegistryServer): Promise<Source> {
  if (isRemotePath(source)) return { url: source };
  const full = path.resolve(source);
  const facts = statSync(full, { throwIfNoEntry: false });
  if (facts === undefined) throw new UsageError(`There is no file or folder ${full}.`);
  if (isLoopbackHost(new URL(server.url).hostname)) return { path: full };
  if (facts.isDirectory())
    throw new UsageError(
      `A folder is imported by the server that can read it. Run this on ${new URL(server.url).hostname}, or import its .safetensors files one by one.`,
    );
  return { upload: await sendFile(full, facts.size, server) };
}

async function sendFile(file: string, bytes: number, server: RegistryServer): Promise<string> {
  const { api } = server.client;
  const content = await openAsBlob(file);
  const { id, parts_url } = await server.ask(
    api.POST('/v1/uploads', { body: { name: path.basename(file), bytes } }),
  );
  for (let number = 1, start = 0; start < bytes; number += 1, start += partBytes) {
    await server.put(`${parts_url}/${number}`, content.slice(start, start + partBytes));
    console.error(`sent ${Math.min(100, Math.round(((start + partBytes) / bytes) * 100))} %`);
  }
  await server.ask(api.POST('/v1/uploads/{upload_id}/complete', { params: { path: { upload_id: id } } }));
  return id;
}

type Ended = Awaited<ReturnType<typeof importOnce>>;

async function importOnce({ ask, client: { api } }: RegistryServer, from: Source, options: Options) {
  const {
    name = null,
    base = null,
    trigger: trigger_word = null,
    model = null,
    tag: tags,
    dataset,
  } = options;
  const body = {
    ...from,
    name,
    base,
    trigger_word,
    model,
    tags,
    dataset,
    privacy: 'private',
    description: '',
  } as const;
  const { import_id } = await ask(api.POST('/v1/registry/import', { body }));
  const params = { path: { import_id } };
  for (;;) {
    const status = await ask(api.GET('/v1/registry/import/{import_id}', { params }));
    if (status.status === 'failed' || status.status === 'canceled')
      throw new UsageError(status.error ?? 'The import was canceled.');
    if (status.status === 'succeeded') return status;
    await sleep(lookEveryMs);
  }
}

/** Print the epochs that were not there before. Returns what `loras[].path` calls all of them. */
async function tellEpochs(
  { ask, client: { api } }: RegistryServer,
  { model: model_id, warnings }: Ended,
  known: readonly string[],
  { json }: Options,
): Promise<string[]> {
  const model = await ask(api.GET('/v1/registry/models/{model_id}', { params: { path: { model_id } } }));
  const epochs = model.versions[0]?.epochs ?? [];
  const fresh = epochs.filter(({ lora_path }) => !known.includes(lora_path));
  if (json) console.log(JSON.stringify(model));
  else {
    if (known.length === 0) console.log(`${model.name} (${model.full_name}), for ${model.base}: ${model.id}`);
    for (const { step, lora_path, samples } of fresh)
      console.log(
        `  step ${step}: ${lora_path}${samples.length === 0 ? '' : ` (${samples.length} previews)`}`,
      );
  }
  if (known.length === 0) for (const warning of warnings) console.error(warning);
  return epochs.map(({ lora_path }) => lora_path);
}
