/** From a request for an import to a job that does it. What can be known at once is checked before: see the top of `run-import.ts`. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { NewJob } from '../../jobs/job.ts';
import type { Accepted } from '../../jobs/queue/accept-jobs.ts';
import type { Webhook } from '../../jobs/webhook.ts';
import { type LoraFolders, locateLora } from '../../loras/sources/locate-lora.ts';
import { isRemotePath } from '../../loras/sources/remote-path.ts';
import { type Asker, assertOwn } from '../asker.ts';
import { checkBase } from '../models/check-base.ts';
import { getModel } from '../models/read-models.ts';
import type { RegistryContext } from '../registry-context.ts';
import { registryId } from '../registry-ids.ts';
import { findDoneUpload } from '../uploads/uploads.ts';
import { civitaiDownload } from './civitai-url.ts';
import { modelOfFolder } from './import-folder.ts';
import { importInvalid } from './import-parts.ts';
import type { ImportSource, ImportTask } from './import-task.ts';

export interface ImportRequest
  extends Omit<ImportTask, 'model' | 'isKnown' | 'asker' | 'source' | 'privacy' | 'description' | 'tags'> {
  /** A path of the server, a URL, `hf:…`, or the id of an upload. */
  from: { kind: 'path' | 'remote' | 'upload'; text: string };
  /** Id of a model of the asker that it is added to; null: one of its own, or that of the folder. */
  model: string | null;
  privacy?: ImportTask['privacy'];
  description?: string;
  tags?: string[];
  /** For the hub; used for this import only. */
  hfToken: string | null;
}

export interface ImportContext {
  dialect: string;
  sent: unknown;
  webhook: Webhook | null;
  idempotency: NewJob['idempotency'];
  /** About the request. Absent: none. */
  warnings?: Sentence[];
}

/** Throws IMPORT_INVALID, INVALID_REQUEST, FORBIDDEN, TRAINED_MODEL_NOT_FOUND, UPLOAD_NOT_FOUND, LORA_NOT_FOUND. */
export type SubmitImport = (
  asker: Asker,
  request: ImportRequest,
  context: ImportContext,
) => Promise<Accepted>;

export function createSubmitImport(parts: {
  registry: RegistryContext;
  folders: LoraFolders;
  rememberToken: (job: string, token: string) => Promise<void>;
  accept: (job: NewJob<ImportTask>) => Promise<Accepted>;
}): SubmitImport {
  const { registry, folders, rememberToken, accept } = parts;
  return async (asker, request, context) => {
    checkBase(registry, request.base);
    const {
      from,
      model: asked,
      hfToken,
      privacy = 'private',
      description = '',
      tags = [],
      ...plain
    } = request;
    const source = await sourceOf(registry, folders, asker, from);
    const known = await knownModel(registry, asker, asked, source);
    const task: ImportTask = {
      ...plain,
      source,
      privacy,
      description,
      tags,
      isKnown: known !== null,
      asker: { project: asker.project, keyId: asker.keyId, seesAll: asker.seesAll },
      model: known?.id ?? registryId('model', registry.newId),
    };
    const id = registry.newId();
    if (hfToken !== null) await rememberToken(id, hfToken);
    return accept({
      id,
      kind: 'import',
      queue: 'import',
      units: 1,
      priority: 0,
      warnings: [],
      ...context,
      project: asker.project,
      keyId: asker.keyId,
      request: context.sent,
      task,
      model: request.base ?? known?.base ?? 'unknown',
      needs: source.kind === 'upload' ? [source.sha256] : [],
      inputs: [],
    });
  };
}

async function knownModel(
  registry: RegistryContext,
  asker: Asker,
  asked: string | null,
  source: ImportSource,
): Promise<{ id: string; base: string | null } | null> {
  const folder = source.kind === 'path' ? source.path : null;
  const found =
    asked ?? (folder === null ? null : await modelOfFolder(registry, { project: asker.project, folder }));
  if (found === null) return null;
  const model = await getModel(registry, asker, found);
  if (model.isBase || model.kind !== 'lora')
    throw importInvalid(
      `"${model.fullName}" is no model that a LoRA can be added to. Import it as a model of its own.`,
    );
  assertOwn(asker, model, `The model "${model.name}"`);
  return model;
}

async function sourceOf(
  registry: RegistryContext,
  folders: LoraFolders,
  asker: Asker,
  { kind, text }: ImportRequest['from'],
): Promise<ImportSource> {
  switch (kind) {
    case 'upload': {
      const { sha256, name } = await findDoneUpload(registry, asker, text);
      return { kind, sha256, name };
    }
    case 'remote':
      if (!isRemotePath(text))
        throw importInvalid(`"${text.slice(0, 200)}" is no URL and not of the form hf:owner/repo[/file].`);
      civitaiDownload(text);
      return { kind, path: text };
    case 'path':
      return { kind, path: await serverPath(text, folders, asker) };
  }
}

/** Admins may name any path of the server; others a LoRA of its folder. */
async function serverPath(text: string, folders: LoraFolders, asker: Asker): Promise<string> {
  if (!asker.seesAll) {
    if (path.isAbsolute(text))
      throw new DarkroomError(
        'FORBIDDEN',
        'Importing a path of the server takes an admin key. Use a path of the folder of LoRAs, a URL, or upload the file.',
      );
    return locateLora(text, folders);
  }
  if (text.trim() === '')
    throw importInvalid('The path of the import is empty. Send that of a file or folder.');
  const asked = path.resolve(folders.base, text);
  const found = await realpath(asked).catch(() => null);
  const facts = found === null ? null : await stat(found);
  if (found === null || facts === null)
    throw importInvalid(
      `There is no "${text.slice(0, 200)}" on the server. Send an absolute path, a URL, or upload the file.`,
    );
  if (facts.isDirectory() || found.toLowerCase().endsWith('.safetensors')) return found;
  throw importInvalid(
    `"${path.basename(found)}" is neither a folder of ai-toolkit nor a .safetensors file. Other formats can run code when they are read.`,
  );
}
