import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { toErrorBody } from '../errors/darkroom-error.ts';
import { plainSentence } from '../errors/sentence.ts';
import { describeLora, inspectLora, loraFacts } from '../loras/file/inspect-lora.ts';
import type { DescribedLora } from '../loras/file/lora-strength.ts';
import { peftModelName } from '../loras/sources/locate-lora.ts';
import { isRemotePath, shownPath } from '../loras/sources/remote-path.ts';
import { componentFolder } from '../loras/sources/resolve-lora.ts';
import { findModel } from '../render/check-request.ts';
import { createRequestParts, type RequestParts } from '../server/request-parts.ts';
import { commandConfig } from './command-config.ts';
import { type Inspected, loraTable, type ModelFit } from './loras/lora-table.ts';

const filesSchema = z.array(z.string());
const optionsSchema = z.object({ json: z.boolean().default(false), model: z.string().optional() });

/**
 * `darkroom loras inspect`: what files say of themselves, from their headers, which are all that is fetched of a URL. Throws
 * LORA_INVALID, LORA_NOT_FOUND or LORA_DOWNLOAD_FAILED for the first bad one. Exit code 1 when one does not fit the model.
 */
export async function inspectLoras(given: unknown, options: unknown): Promise<void> {
  const { json, model } = optionsSchema.parse(options);
  const parts = await createRequestParts(commandConfig());
  const inspected: Inspected[] = [];
  for (const file of filesSchema.parse(given)) inspected.push(await inspect(file, model ?? null, parts));
  console.log(json ? JSON.stringify(inspected, null, 2) : inspected.map(loraTable).join('\n'));
  if (inspected.some(({ fit }) => fit?.fits === false)) process.exitCode = 1;
}

async function inspect(file: string, model: string | null, parts: RequestParts): Promise<Inspected> {
  if (!isRemotePath(file)) {
    const weights = await weightsIn(file);
    const fit = model === null ? null : await fitOf(file, model, await describeLora(weights), parts);
    return { path: file, ...(await inspectLora(weights)), remote: null, fit };
  }
  const { lora, fileBytes, source, isResumable, sha256 } = await parts.remote.look(file, null);
  const facts = loraFacts({ ...lora, fileBytes }, path.posix.basename(new URL(source.url).pathname));
  const fit = model === null ? null : await fitOf(shownPath(file), model, lora, parts);
  return { path: file, ...facts, remote: { isResumable, version: source.version, sha256 }, fit };
}

/** The file itself, or the weights in a folder that PEFT saved. */
async function weightsIn(file: string): Promise<string> {
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? path.join(file, peftModelName) : file;
}

async function fitOf(
  label: string,
  model: string,
  lora: DescribedLora,
  { catalog, checkFit, settings }: RequestParts,
): Promise<ModelFit> {
  const entry = findModel(catalog, model);
  const [denoiser = 'transformer'] = entry.lora.targets;
  const heldAgainst = componentFolder(entry, denoiser, settings.locate) === null ? 'names' : 'weights';
  try {
    const { ignored } = await checkFit(entry, label, lora);
    return { model, fits: true, problem: null, ignored, heldAgainst };
  } catch (error) {
    return {
      model,
      fits: false,
      problem: plainSentence(toErrorBody(error).message),
      ignored: [],
      heldAgainst,
    };
  }
}
