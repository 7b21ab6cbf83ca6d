/**
 * `adapter_config.json`, which PEFT saves beside an `adapter_model.safetensors` and which has the strength of the adapter.
 * Beside a file of another name it may be of another adapter, and is not read.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type GuardedFetch, readBody } from '../../security/guarded-fetch.ts';
import { OutboundError } from '../../security/outbound-error.ts';
import { invalidLora } from '../file/header/parse-header.ts';
import { explainDownload } from './explain-download.ts';
import { type LoraFolders, locateFile, peftModelName } from './locate-lora.ts';
import type { RemoteLora } from './remote-path.ts';

const configName = 'adapter_config.json';
const maximumBytes = 2 ** 20;
const timeoutMs = 20_000;

/** Its text; null when there is none. `requested` is the path of the LoRA as the client wrote it. Throws LORA_INVALID. */
export async function readPeftConfig(requested: string, folders: LoraFolders): Promise<string | null> {
  const folder = peftFolder(requested);
  const file = folder === null ? null : await locateFile(path.join(folder, configName), folders);
  if (file === null) return null;
  if ((await stat(file)).size > maximumBytes) throw tooLarge(requested);
  return readFile(file, 'utf8');
}

/** The folder that PEFT saved, of a path to it or to the weights in it. Null for other files. */
function peftFolder(requested: string): string | null {
  const asked = requested.replaceAll('\\', '/');
  if (path.basename(asked) === peftModelName) return path.dirname(asked);
  return asked.toLowerCase().endsWith('.safetensors') ? null : asked;
}

export interface FetchedConfig {
  text: string | null;
  warnings: string[];
}

/** The same of a LoRA at a URL, from the URL beside it. Throws LORA_DOWNLOAD_FAILED and LORA_INVALID. */
export async function fetchPeftConfig(remote: RemoteLora, fetch: GuardedFetch): Promise<FetchedConfig> {
  const url = new URL(remote.url);
  if (path.posix.basename(url.pathname) !== peftModelName) return { text: null, warnings: [] };
  url.pathname = path.posix.join(path.posix.dirname(url.pathname), configName);
  try {
    const { headers } = remote;
    const response = await fetch(url.href, { maxBytes: maximumBytes, timeoutMs, headers });
    const text = Buffer.from(await readBody(response)).toString('utf8');
    // Some hosts answer everything that they have not with a page.
    return { text: text.trimStart().startsWith('<') ? null : text, warnings: [] };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.problem === 'too_large') throw tooLarge(remote.label);
    if (error.status === 404 || error.status === 410) return { text: null, warnings: [] };
    if (error.status === 401 || error.status === 403)
      return { text: null, warnings: [notGiven(remote.label)] };
    throw explainDownload({ ...remote, label: `${remote.label} (its ${configName})` }, error);
  }
}

const tooLarge = (label: string): Error =>
  invalidLora(label, `the ${configName} beside it is larger than 1 MiB, so it is none of PEFT`);

const notGiven = (label: string): string =>
  `LoRA "${label}": its host does not give out the ${configName} beside it, so the rank counts as alpha. If it was trained with another alpha, it is too weak or too strong.`;
