/** What is said of sheets. */
import type { Sheet, SheetCosts } from '../api/sheets.ts';
import { etaText } from '../live/live-request.ts';

const axisWords: Readonly<Record<string, readonly [one: string, several: string]>> = {
  prompt: ['Prompt', 'prompts'],
  neg: ['Negative prompt', 'negative prompts'],
  seed: ['Seed', 'seeds'],
  lora: ['LoRA', 'LoRAs'],
  epoch: ['Epoch', 'epochs'],
  scale: ['Strength', 'strengths'],
  steps: ['Steps', 'numbers of steps'],
  guidance: ['Guidance', 'guidances'],
  size: ['Size', 'sizes'],
  frames: ['Frames', 'numbers of frames'],
  option: ['Option', 'options'],
  control: ['Control picture', 'control pictures'],
};

/** An axis that was given a name of its own is called by it. */
export const axisWord = ({ id, name }: { id: string; name: string }): string =>
  id === name ? (axisWords[name]?.[0] ?? name) : id;

/** `4 epochs × 3 strengths` */
export function sheetTitle(axes: Sheet['axes']): string {
  const free = axes.filter((axis) => axis.with === null);
  const several = free.filter(({ labels }) => labels.length > 1);
  return (several.length > 0 ? several : free.slice(0, 1))
    .map(({ name, labels: { length: count } }) =>
      count === 1
        ? `1 ${axisWord({ id: name, name }).toLowerCase()}`
        : `${count} ${axisWords[name]?.[1] ?? name}`,
    )
    .join(' × ');
}

const pictures = (count: number): string => `${count} ${count === 1 ? 'picture' : 'pictures'}`;

/** What a button would start. */
export function costsText({ to_render: count, cells, seconds }: SheetCosts): string {
  return count === 0
    ? `Show ${pictures(cells)} that ${cells === 1 ? 'is' : 'are'} there`
    : `Render ${pictures(count)}, ${etaText(seconds.likely) ?? ''}`;
}

/** The rest of what it would take, in rows. */
export function costRows(costs: SheetCosts): [string, string | null][] {
  const {
    cells,
    reused,
    merges,
    base_loads: loads,
    downloads,
    disk_bytes: disk,
    seconds,
    to_render: count,
  } = costs;
  const fetched = [
    downloads.bytes ? bytesText(downloads.bytes) : null,
    downloads.loras > 0 ? `${downloads.loras} LoRAs` : null,
  ].filter((text) => text !== null);
  return [
    ['Cells', String(cells)],
    ['There already', reused === 0 ? null : String(reused)],
    ['Alike', cells - reused - count > 0 ? `${cells - reused - count} show a picture of another cell` : null],
    ['LoRAs merged', merges === 0 ? null : `${merges} times`],
    ['Model loaded', loads === 0 ? null : `${loads} ${loads === 1 ? 'time' : 'times'}`],
    ['Downloads', fetched.join(', ') || null],
    ['On disk', count === 0 ? null : bytesText(disk)],
    ['Takes', count === 0 ? null : secondsText(seconds)],
  ];
}

function secondsText({ low, high, source, samples }: SheetCosts['seconds']): string {
  const range = `${timeText(low)} to ${timeText(high)}`;
  return source === 'measured'
    ? `${range}, measured from ${pictures(samples)}`
    : `${range}; a guess, as this server has made none of it yet`;
}

const timeText = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s`
    : seconds < 5400
      ? `${Math.ceil(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

const bytesText = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${Math.ceil(bytes / 1e6)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;

/** How a sheet stands: `12 of 39, 1 failed, about 2 min`. */
export function standingText({ counts }: Pick<Sheet, 'counts'>, etaSeconds: number | null = null): string {
  return [
    `${counts.succeeded} of ${counts.cells}`,
    counts.failed > 0 ? `${counts.failed} failed` : null,
    counts.canceled > 0 ? `${counts.canceled} canceled` : null,
    counts.removed > 0 ? `${counts.removed} gone` : null,
    etaText(etaSeconds),
  ]
    .filter((text) => text !== null)
    .join(', ');
}

/** Cells that resuming would render. */
export const openCells = ({ counts }: Pick<Sheet, 'counts'>): number =>
  counts.failed + counts.canceled + counts.removed;
