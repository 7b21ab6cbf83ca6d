/**
 * LoRAs that are not on this machine: what a client wrote, as a URL that can be asked.
 *
 *   https://…                 as it is; a page of a file on the hub becomes the file, and a mirror is asked in the place of the hub
 *   hf:owner/repo/file        the file on the hub
 *   hf:owner/repo             the adapter that PEFT saved there, or the only .safetensors file
 *   hf:owner/repo/folder      the same of a folder there
 */

import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { bareUrl } from '../../security/bare-url.ts';
import { type GuardedFetch, readBody } from '../../security/guarded-fetch.ts';
import { explainDownload } from './explain-download.ts';
import { type HubReference, hubFileUrl, hubListUrl, parseHubReference } from './hub-url.ts';
import { peftModelName } from './locate-lora.ts';

/** A LoRA at a URL. */
export interface RemoteLora {
  /** How the client is told of it: without the query of a URL, which may hold a token. */
  label: string;
  url: string;
  isOnHub: boolean;
  /** For the first host only. */
  headers: Record<string, string>;
}

export interface HubSettings {
  /** The hub, or a mirror of it. */
  endpoint: string;
  /** The server's own token, for requests that bring none. */
  token: string | null;
}

export const isRemotePath = (requested: string): boolean => /^(https?|hf):/i.test(requested);

/** Throws LORA_NOT_FOUND and LORA_DOWNLOAD_FAILED. */
export async function remoteLora(
  requested: string,
  hfToken: string | null,
  hub: HubSettings,
  fetch: GuardedFetch,
): Promise<RemoteLora> {
  const label = shownPath(requested);
  const token = hfToken ?? hub.token;
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  if (/^hf:/i.test(requested)) {
    const reference = parseHubReference(`hf:${requested.slice(3)}`);
    const file = reference.file?.toLowerCase().endsWith('.safetensors')
      ? reference.file
      : await fileInFolder(reference, headers, hub.endpoint, fetch);
    return { label, url: hubFileUrl(reference, file, hub.endpoint), isOnHub: true, headers };
  }
  return remoteUrl(requested, hfToken, hub);
}

/** The same of a URL, which needs no asking. */
export function remoteUrl(requested: string, hfToken: string | null, hub: HubSettings): RemoteLora {
  const token = hfToken ?? hub.token;
  const url = requested
    .replace(/^(https:\/\/huggingface\.co\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/')
    .replace(/^https:\/\/huggingface\.co(?=\/)/, () => hub.endpoint);
  const isOnHub = url.startsWith(`${hub.endpoint}/`);
  const headers = token === null || !isOnHub ? {} : { authorization: `Bearer ${token}` };
  return { label: shownPath(requested), url, isOnHub, headers };
}

/** A path of a request, fit for messages. */
export const shownPath = (requested: string): string => bareUrl(requested).slice(0, 200);

const hubListing = z.looseObject({ siblings: z.array(z.looseObject({ rfilename: z.string() })) });

/** The file that a repository, or a folder of it, stands for. */
async function fileInFolder(
  reference: HubReference,
  headers: Record<string, string>,
  endpoint: string,
  fetch: GuardedFetch,
): Promise<string> {
  const folder = reference.file?.replace(/\/+$/, '') ?? '';
  const name = `hf:${reference.repository}${folder && `/${folder}`}`;
  const listing = await fetch(hubListUrl(reference, endpoint), {
    maxBytes: 8 << 20,
    timeoutMs: 30_000,
    headers,
  })
    .then(readBody)
    .then((body) => hubListing.parse(JSON.parse(Buffer.from(body).toString('utf8'))))
    .catch((error: unknown) => {
      throw explainDownload({ label: name, isOnHub: true }, error);
    });
  const start = folder && `${folder}/`;
  const files = listing.siblings.map((file) => file.rfilename);
  // A file of another format is refused by its own name.
  if (files.includes(folder)) return folder;
  const candidates = files.filter((file) => file.startsWith(start) && file.endsWith('.safetensors'));
  const peftModel = candidates.find((file) => file === `${start}${peftModelName}`);
  const [only] = candidates;
  if (peftModel !== undefined) return peftModel;
  if (only !== undefined && candidates.length === 1) return only;
  throw new DarkroomError(
    'LORA_NOT_FOUND',
    only === undefined
      ? `${name} holds no .safetensors file.`
      : `${name} holds ${candidates.length} .safetensors files: name one, as in hf:${reference.repository}/${only}.`,
    { details: { files: candidates.slice(0, 50) } },
  );
}
