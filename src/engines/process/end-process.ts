import type { Clock } from '../clock.ts';
import type { EngineProcess } from './engine-process.ts';

/** `shutdown`, after the grace SIGTERM, after it once more SIGKILL. Resolves when the process is gone. */
export async function endProcess(
  process: EngineProcess,
  { hears, graceMs, clock }: { hears: boolean; graceMs: number; clock: Clock },
): Promise<void> {
  // A process that still imports torch does not read `shutdown` before it has.
  if (hears) process.send({ type: 'shutdown' });
  else process.kill('SIGTERM');
  const callOffTerm = clock.after(graceMs, () => process.kill('SIGTERM'));
  const callOffKill = clock.after(2 * graceMs, () => process.kill('SIGKILL'));
  await process.gone;
  callOffTerm();
  callOffKill();
}
