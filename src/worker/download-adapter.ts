import { shownPath } from '../loras/lora-remote.ts';
import { readHeader } from '../loras/read-header.ts';
import type { Adapter, LoraSource } from '../render/plan.ts';
import type { LocalParts, LocalTask } from './localize-plan.ts';

const asTrained = { others: 1, tensors: {} };

/**
 * The LoRA of a URL on this machine: downloaded unless it is here already, with its bytes told as progress. When its host
 * gives another version than the one that was checked, that is checked anew, and the client is told.
 */
export async function downloadAdapter(
  { name, sha256 }: Pick<Adapter, 'name' | 'sha256'>,
  source: LoraSource,
  task: LocalTask,
  { remote, catalog, checkFit }: Pick<LocalParts, 'remote' | 'catalog' | 'checkFit'>,
): Promise<Pick<Adapter, 'file' | 'sha256' | 'strength'>> {
  const { job, plan, signal, hfToken = null, onReport } = task;
  const fetched = await remote.fetch({
    ...{ requested: name, source, sha256: sha256 === '' ? null : sha256, hfToken, signal },
    onBytes: (step, total) =>
      onReport({
        ...{ type: 'progress', job, call: null, phase: 'downloading', step },
        // Without a length, all that is known is what has come.
        total: total ?? step,
      }),
  });
  const entry = catalog.get(plan.pipeline.model);
  const found = { file: fetched.file, sha256: fetched.sha256 };
  if (!fetched.hasChanged || entry === undefined) return found;
  const label = shownPath(name);
  const header = await readHeader(fetched.file, label);
  const { strength, warnings } = await checkFit(entry, label, { ...header, peftConfig: fetched.peftConfig });
  const first = `LoRA "${label}" changed at its host after the request was accepted; the new file is used.`;
  for (const message of [first, ...warnings]) onReport({ type: 'warning', job, message });
  return { ...found, strength: strength ?? asTrained };
}
