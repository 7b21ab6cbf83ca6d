import type { Training } from '../api/trainings.ts';

const words: Readonly<Record<Training['status'], string>> = {
  in_queue: 'Waiting',
  in_progress: 'Running',
  paused: 'Paused',
  succeeded: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
};

export function statusText({ status, step, steps }: Training): string {
  return status === 'in_progress' || status === 'paused'
    ? `${words[status]}, step ${step} of ${steps}`
    : words[status];
}

/** The path of a sample on this server, whatever name the server has for others. */
export function sampleSrc(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return `${pathname}${search}`;
}

/** A mean that runs along a curve: each point is `weight` of what came before it, corrected for how little that is at first. */
export function smoothed(values: readonly number[], weight: number): number[] {
  let mean = 0;
  let share = 0;
  return values.map((value) => {
    mean = mean * weight + value * (1 - weight);
    share = share * weight + (1 - weight);
    return mean / share;
  });
}
