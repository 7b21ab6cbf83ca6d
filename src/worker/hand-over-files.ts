import path from 'node:path';
import type { SharedFiles } from '../files/shared-files.ts';
import type { RenderPlan } from '../render/plan.ts';

export const sharedLora = (sha256: string): string => `loras/${sha256}.safetensors`;
export const sharedInputs = 'inputs/';
export const sharedInput = (job: string, file: string): string =>
  `${sharedInputs}${job}/${path.basename(file)}`;

/**
 * Hand over what a worker on another machine needs besides the database: LoRAs and control images. Before a job is accepted,
 * so that no worker can meet a job whose files are still on their way. Throws STORAGE_UNAVAILABLE.
 */
export async function shareFiles(
  { id, plan }: { id: string; plan: RenderPlan },
  shared: SharedFiles,
): Promise<void> {
  const images = plan.calls.flatMap((call) => Object.values(call.images).flatMap(({ files }) => files));
  // One of a URL is downloaded by the machine that renders it.
  const own = plan.adapters.filter(({ source }) => source === undefined);
  const files = new Map([
    ...own.map(({ sha256, file }): [string, string] => [sharedLora(sha256), file]),
    ...images.map((file): [string, string] => [sharedInput(id, file), file]),
  ]);
  await Promise.all([...files].map(([name, file]) => shared.offer(name, file)));
}
