/** The ways of naming a LoRA that Replicate's trainer reads, as paths that requests are made of here. */
import { invalidField } from './problem.ts';

const owner = '[A-Za-z0-9][\\w-]*';
const name = '[A-Za-z0-9][\\w.-]*';
const forms = {
  repository: /^(?:https?:\/\/)?huggingface\.co\/([\w.-]+\/[\w.-]+?)\/?$/,
  fileOfRepository: /^(?:https?:\/\/)?huggingface\.co\/([\w.-]+\/[\w.-]+)\/([\w./-]+\.safetensors)$/,
  viewOfFile:
    /^(?:https?:\/\/)?huggingface\.co\/([\w.-]+\/[\w.-]+)\/(?:blob|resolve)\/([^/?]+)\/([^?]+\.safetensors)(?:\?.*)?$/,
  download: /^(?:https?:\/\/)?(civitai\.com\/api\/download\/models\/\d+(?:\?\S*)?)$/,
  page: /^(?:https?:\/\/)?civitai\.com\/models\/(\d+)(?:\/[\w.%-]*)?\/?$/,
  versionOfPage:
    /^(?:https?:\/\/)?civitai\.com\/models\/\d+(?:\/[\w.%-]*)?\/?\?(?:\S*&)?modelVersionId=(\d+)(?:&\S*)?$/,
  archive: /^https?:\/\/[^\s?#]+\.tar(?:\?\S*)?$/,
  data: /^data:[^,]{0,200},/,
  file: /^https?:\/\/[^\s?#]+\.safetensors(?:\?\S*)?$/,
  /** As in the other APIs of this server: of the hub, of the registry by id, of the folder of LoRAs. */
  here: /^(?:hf:\S+|model_[\w.@:-]+|(?!\w+:\/\/).+\.safetensors)$/,
  ofRegistry: new RegExp(
    `^(?:(?:https?://)?replicate\\.com/)?(${owner}/${name}?)(?::|/versions/|/)?([0-9a-f]{64})?/?$`,
  ),
};

export type NamedLora =
  /** As `loras[].path` of a request has it: a file, a URL, or one of the hub. */
  | { kind: 'path'; path: string }
  /** A model here; `version` is null for its current one. */
  | { kind: 'model'; model: string; version: string | null }
  /** A tar with one LoRA. */
  | { kind: 'archive'; url: string }
  | { kind: 'data'; text: string }
  /** The page of a model on CivitAI, by the number in its address. */
  | { kind: 'civitai'; model: string };

/** Throws INVALID_REQUEST for what is none of the forms. `input` is its field. The first form that fits counts. */
export function readLoraReference(reference: string, input: string): NamedLora {
  const text = reference.trim();
  if (forms.data.test(text)) return { kind: 'data', text };
  const path = pathOf(text);
  if (path !== null) return { kind: 'path', path };
  const [, page] = forms.page.exec(text) ?? [];
  if (page !== undefined) return { kind: 'civitai', model: page };
  if (forms.archive.test(text)) return { kind: 'archive', url: text };
  const [, model, version = null] = forms.ofRegistry.exec(text) ?? [];
  if (model !== undefined) return { kind: 'model', model, version };
  throw invalidField(`input.${input}`, refusal(text));
}

/** Of a file or a URL; null for the other forms. */
function pathOf(text: string): string | null {
  const [, view, revision, viewed] = forms.viewOfFile.exec(text) ?? [];
  if (view !== undefined) return `https://huggingface.co/${view}/resolve/${revision}/${viewed}`;
  const [, repositoryOfFile, part] = forms.fileOfRepository.exec(text) ?? [];
  if (repositoryOfFile !== undefined) return `hf:${repositoryOfFile}/${part}`;
  const [, repository] = forms.repository.exec(text) ?? [];
  if (repository !== undefined) return `hf:${repository}`;
  const [, download] = forms.download.exec(text) ?? [];
  if (download !== undefined) return `https://${download}`;
  const [, version] = forms.versionOfPage.exec(text) ?? [];
  if (version !== undefined) return `https://civitai.com/api/download/models/${version}`;
  return forms.file.test(text) || forms.here.test(text) ? text : null;
}

const accepted =
  'Send owner/name or owner/name:version of a model here, huggingface.co/<owner>/<repo>[/<file>.safetensors], civitai.com/models/<id>, the URL of a .safetensors file or of a .tar with one, or a data URL of such a tar';

function refusal(text: string): string {
  if (/^(https?:\/\/)?(www\.)?civitai\.com\//i.test(text))
    return `Not an address of CivitAI that is known. ${accepted}`;
  if (/^(https?:\/\/)?huggingface\.co\//i.test(text))
    return `Not an address of a repository or a file on Hugging Face. ${accepted}`;
  return `Not a LoRA. ${accepted}`;
}
