/** `darkroom models list|show|delete|restore|download`: the models of the registry of a running server. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Table from 'cli-table3';
import { z } from 'zod';
import { UsageError } from '../errors/usage-error.ts';
import { type RegistryServer, registryServer, usualServer } from './registry-server.ts';

const optionsSchema = z.object({
  server: z.url().default(usualServer),
  json: z.boolean().default(false),
  deleted: z.boolean().default(false),
  search: z.string().optional(),
  output: z.string().optional(),
  epoch: z.string().optional(),
});

const idSchema = z.string().min(1);

export async function listRegistryModels(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const models = await readAll(registryServer(options.server), options);
  if (options.json) return console.log(JSON.stringify(models, null, 2));
  if (models.length === 0) return console.log('There are no models. darkroom import takes one in.');
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: ['name', 'base', 'status', 'trigger', 'id'], style });
  for (const { full_name, base, status, trigger_word, id } of models)
    table.push([full_name, base ?? '–', status, trigger_word ?? '–', id]);
  console.log(table.toString());
}

async function readAll(server: RegistryServer, options: z.infer<typeof optionsSchema>) {
  const models = [];
  for (let page = await readPage(server, options, null); ; ) {
    models.push(...page.models);
    if (page.next_cursor === null) return models;
    page = await readPage(server, options, page.next_cursor);
  }
}

function readPage(
  { ask, client: { api } }: RegistryServer,
  { deleted, search }: z.infer<typeof optionsSchema>,
  cursor: string | null,
) {
  const query = {
    limit: 100,
    privacy: 'own' as const,
    sort: 'created' as const,
    ...(deleted ? { status: 'deleted' as const } : {}),
    ...(search === undefined ? {} : { search }),
    ...(cursor === null ? {} : { cursor }),
  };
  return ask(api.GET('/v1/registry/models', { params: { query } }));
}

export async function showRegistryModel(id: unknown, given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const model = await read(registryServer(options.server), idSchema.parse(id));
  if (options.json) return console.log(JSON.stringify(model, null, 2));
  console.log(
    `${model.name} (${model.full_name}), for ${model.base ?? 'no base model yet'}, ${model.status}`,
  );
  if (model.trigger_word !== null) console.log(`trigger word: ${model.trigger_word}`);
  if (model.description !== '') console.log(model.description);
  for (const version of model.versions) {
    console.log(`version ${version.number} (${version.origin}, ${version.created_at.slice(0, 10)})`);
    for (const { step, lora_path, samples } of version.epochs)
      console.log(
        `  step ${step}: ${lora_path}${samples.length === 0 ? '' : ` (${samples.length} previews)`}`,
      );
  }
}

const read = ({ ask, client: { api } }: RegistryServer, model_id: string) =>
  ask(api.GET('/v1/registry/models/{model_id}', { params: { path: { model_id } } }));

export async function deleteRegistryModel(id: unknown, given: unknown): Promise<void> {
  const { ask, client } = registryServer(optionsSchema.parse(given).server);
  const params = { path: { model_id: idSchema.parse(id) } };
  await ask(client.api.DELETE('/v1/registry/models/{model_id}', { params }));
  console.log(`Deleted. To take it back: darkroom models restore ${params.path.model_id}`);
}

export async function restoreRegistryModel(id: unknown, given: unknown): Promise<void> {
  const { ask, client } = registryServer(optionsSchema.parse(given).server);
  const params = { path: { model_id: idSchema.parse(id) } };
  const { full_name } = await ask(client.api.POST('/v1/registry/models/{model_id}/restore', { params }));
  console.log(`It is back as ${full_name}.`);
}

/** Writes the ZIP file as it comes. */
export async function downloadRegistryModel(id: unknown, given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const { url, ask, client } = registryServer(options.server);
  const model_id = idSchema.parse(id);
  const model = await read({ url, ask, client, put: async () => {} }, model_id);
  const query = options.epoch === undefined ? {} : { epoch: options.epoch };
  const stream = await ask(
    client.api.GET('/v1/registry/models/{model_id}/download', {
      params: { path: { model_id }, query },
      parseAs: 'stream',
    }),
  );
  const file = options.output ?? `${model.slug}.zip`;
  if (!(stream instanceof ReadableStream)) throw new UsageError('The server sent no file.');
  await pipeline(Readable.fromWeb(stream), createWriteStream(file, { flags: 'wx' }));
  console.log(file);
}
