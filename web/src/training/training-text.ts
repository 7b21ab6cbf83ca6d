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

export interface SettingRow {
  name: string;
  value: string;
  other: string;
  differs: boolean;
}

/** Settings by name, beside those of another training where there is one. */
export function settingRows(
  settings: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> | null,
): SettingRow[] {
  const names = new Set([...Object.keys(settings), ...Object.keys(others ?? {})]);
  return [...names].sort().map((name) => {
    const [value, other] = [settingText(settings[name]), settingText(others?.[name])];
    return { name, value, other, differs: others !== null && value !== other };
  });
}

function settingText(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—';
  if (Array.isArray(value))
    return value.length > 6 ? `${value.slice(0, 5).join(', ')}, … ${value.at(-1)}` : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
