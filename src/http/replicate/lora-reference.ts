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
  file: /^https?:\/\/[^\s?#]+\.safetensors(?:\?\S*)?$/,
  /** As in the other APIs of this server: of the hub, of the registry by id, of the folder of LoRAs. */
  here: /^(?:hf:\S+|model_[\w.@:-]+|(?!\w+:\/\/).+\.safetensors)$/,
  ofRegistry: new RegExp(
    `^(?:https?://replicate\\.com/)?(${owner}/${name}?)(?::|/versions/|/)?([0-9a-f]{64})?/?$`,
  ),
};

export interface NamedLora {
  path: string;
  /** `owner/name` of a model here; null for a file or a URL. */
  model: string | null;
}

/** Throws INVALID_REQUEST for what is none of the forms. `input` is its field. */
export function readLoraReference(reference: string, input: string): NamedLora {
  const file = (path: string): NamedLora => ({ path, model: null });
  const text = reference.trim();
  const [, view, revision, viewed] = forms.viewOfFile.exec(text) ?? [];
  if (view !== undefined) return file(`https://huggingface.co/${view}/resolve/${revision}/${viewed}`);
  const [, repositoryOfFile, part] = forms.fileOfRepository.exec(text) ?? [];
  if (repositoryOfFile !== undefined) return file(`hf:${repositoryOfFile}/${part}`);
  const [, repository] = forms.repository.exec(text) ?? [];
  if (repository !== undefined) return file(`hf:${repository}`);
  const [, download] = forms.download.exec(text) ?? [];
  if (download !== undefined) return file(`https://${download}`);
  if (forms.file.test(text) || forms.here.test(text)) return file(text);
  const [, model, version] = forms.ofRegistry.exec(text) ?? [];
  if (model !== undefined) return { path: version === undefined ? model : `${model}:${version}`, model };
  throw invalidField(`input.${input}`, refusal(text));
}

function refusal(text: string): string {
  if (/^(https?:\/\/)?civitai\.com\//.test(text))
    return 'The page of a model on CivitAI stands for all of its versions. Send the address of a download, civitai.com/api/download/models/<version>';
  if (/^data:|\.tar($|\?)/.test(text))
    return 'Archives of weights cannot be read here yet. Send the URL of the .safetensors file, or import it and send owner/name';
  return 'Not a LoRA. Send owner/name or owner/name:version of a model here, huggingface.co/<owner>/<repo>[/<file>.safetensors], civitai.com/api/download/models/<version>, or the URL of a .safetensors file';
}
