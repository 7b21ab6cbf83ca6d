import { api, unwrap } from '../api/client.ts';
import { changeDraft, draftNow, newRow } from '../draft/draft.ts';
import { toast } from '../parts/toast.tsx';

/** Sends a LoRA to the server, and puts it into the form. */
export async function addLora(file: File): Promise<void> {
  await headerOf(file);
  toast(`Sending ${file.name}…`);
  const form = new FormData();
  form.append('file', file);
  const lora = await unwrap(
    // The file itself, in place of the text that the description of the API has for it.
    api.POST('/v1/loras', { body: { file: file.name }, bodySerializer: () => form }),
  );
  const { loras, trigger } = draftNow();
  changeDraft({
    loras: [...loras, newRow(lora.path, lora.sha256)],
    ...(trigger === '' ? { trigger: lora.trigger_words[0] ?? '' } : {}),
  });
  toast(`${lora.name} is on the server and in the form.`);
}

/** Most bytes that a header may have; those of real files have far fewer. */
const longestHeader = 100 * 1024 * 1024;

/** The header of a safetensors file, read before gigabytes are sent. Throws an Error that says what is wrong with the file. */
export async function headerOf(file: Blob & { name: string }): Promise<Record<string, unknown>> {
  const start = new DataView(await file.slice(0, 8).arrayBuffer());
  const length = start.byteLength === 8 ? Number(start.getBigUint64(0, true)) : 0;
  if (length < 2 || length > longestHeader || length + 8 > file.size)
    throw new Error('This is no safetensors file: its header is missing or cut.');
  try {
    const header: unknown = JSON.parse(await file.slice(8, 8 + length).text());
    if (typeof header === 'object' && header !== null) return { ...header };
  } catch {
    // Said below.
  }
  throw new Error('This is no safetensors file: its header is no JSON.');
}
