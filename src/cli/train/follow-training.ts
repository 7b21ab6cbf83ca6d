/** A training on the terminal: a bar with its loss and the time that is left, until it has ended or is followed no longer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createProgressBar } from '../progress-bar.ts';
import type { RegistryServer } from '../registry-server.ts';

const lookEveryMs = 1_000;

export type Training = Awaited<ReturnType<typeof readTraining>>;

export const readTraining = ({ ask, client: { api } }: RegistryServer, training_id: string) =>
  ask(api.GET('/v1/trainings/{training_id}', { params: { path: { training_id } } }));

/** As it was last seen: ended, unless `stop` was aborted before. */
export async function followTraining(
  server: RegistryServer,
  id: string,
  stop: AbortSignal,
): Promise<Training> {
  const bar = createProgressBar('training');
  try {
    for (;;) {
      const now = await readTraining(server, id);
      bar.update(now.step, now.steps, noteOf(now));
      if (hasEnded(now) || stop.aborted) return now;
      await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    bar.clear();
  }
}

export const hasEnded = ({ status }: Training): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

function noteOf({ status, progress, step, steps, loss, epochs }: Training): string {
  const { phase = null, eta_seconds: left = null } = progress ?? {};
  const doing = phase === null ? status : phase;
  return [
    doing.replaceAll('_', ' '),
    `step ${step} of ${steps}`,
    ...(loss === null ? [] : [`loss ${loss.toFixed(4)}`]),
    ...(left === null ? [] : [`${duration(left)} left`]),
    ...(epochs.length === 0 ? [] : [`${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`]),
  ].join(', ');
}

function duration(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  if (minutes === 0) return `${rest} s`;
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
