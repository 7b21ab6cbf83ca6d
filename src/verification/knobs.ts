/**
 * What may have been another way when a preview was made, as things to try: each changes one of them. Values come from what the
 * configuration says elsewhere, from another configuration of the same job, from defaults of the model and of the trainer, and from what
 * the files say. The likeliest come first.
 */
import type { PromptRequest } from '../render/request.ts';
import { type Seed, toSeed } from '../render/seed.ts';
import type { JobSource } from './job-source.ts';
import type { Cell } from './match-pairs.ts';
import type { Rendering } from './render-previews.ts';
import type { SampleSettings } from './sample-settings.ts';

export type KnobName =
  | 'size'
  | 'seed'
  | 'guidance'
  | 'steps'
  | 'multiplier'
  | 'LoRA'
  | 'trigger word'
  | 'prompt'
  | 'negative prompt';

export interface Trial {
  knob: KnobName;
  /** As the job says, and what is tried in its place. */
  configured: string;
  found: string;
  rendering: Rendering;
}

export interface KnobContext {
  source: JobSource;
  /** Of the preview. */
  size: { width: number; height: number } | null;
  /** Of ours; they differ where the job says another. */
  ownSize: { width: number; height: number };
  /** Whether the composition is the same, so that another seed or text is unlikely. */
  isSimilar: boolean;
}

type Changed = Partial<PromptRequest>;

/** Each once, and none that changes nothing. */
export function trialsOf(cell: Cell, context: KnobContext): Trial[] {
  const { size, ownSize, isSimilar } = context;
  if (size !== null && (size.width !== ownSize.width || size.height !== ownSize.height))
    return [sizeTrial(cell, size, ownSize)];
  const fine = [guidance, steps, multiplier, loras, negative];
  const coarse = [seeds, triggers, texts];
  const order = isSimilar ? [...fine, ...coarse] : [...coarse, multiplier, guidance, steps, loras, negative];
  const perKnob = order.map((knob) => knob(cell, context));
  return distinct([...otherConfigurations(cell, context), ...inTurns(perKnob)]);
}

/** The first of each, then the second of each: a small budget reaches every knob. */
function inTurns(lists: readonly Trial[][]): Trial[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();
}

function distinct(trials: readonly Trial[]): Trial[] {
  const seen = new Set<string>();
  return trials.filter(({ knob, configured, found }) => {
    const name = `${knob} ${found}`;
    const isNew = found !== configured && !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

const changed = (cell: Cell, change: Changed): Rendering => ({
  epoch: cell.epoch,
  prompt: { ...cell.preview.prompt, ...change },
});

function sizeTrial(cell: Cell, size: { width: number; height: number }, own: typeof size): Trial {
  return {
    knob: 'size',
    configured: `${own.width}×${own.height}`,
    found: `${size.width}×${size.height}`,
    rendering: changed(cell, size),
  };
}

function valueTrials<T extends string | number>(
  cell: Cell,
  {
    knob,
    now,
    values,
    change,
  }: { knob: KnobName; now: T; values: readonly (T | null | undefined)[]; change: (value: T) => Changed },
): Trial[] {
  return values.flatMap((value) =>
    value === null || value === undefined || value === now
      ? []
      : [{ knob, configured: shown(now), found: shown(value), rendering: changed(cell, change(value)) }],
  );
}

const shown = (value: string | number): string => (value === '' ? 'none' : String(value));

function guidance(cell: Cell, { source }: KnobContext): Trial[] {
  const { entry } = source;
  if (entry.guidance.kind === 'none') return [];
  const now = cell.preview.prompt.guidanceScale ?? 0;
  const values = [
    entry.defaults.guidance_scale,
    entry.trainer_interface?.guidance_scale,
    4,
    7,
    1,
    ...others(cell, source, 'guidanceScale'),
  ];
  return valueTrials(cell, { knob: 'guidance', now, values, change: (value) => ({ guidanceScale: value }) });
}

function steps(cell: Cell, { source }: KnobContext): Trial[] {
  const { entry } = source;
  const now = cell.preview.prompt.steps ?? 0;
  const half = Math.floor(now / 2);
  const values = [entry.defaults.sample_steps, now * 2, half, entry.trainer_interface?.sample_steps, 20];
  const possible = values.filter(
    (value) => value !== undefined && value >= entry.minimum_steps && value <= 150,
  );
  return valueTrials(cell, { knob: 'steps', now, values: possible, change: (value) => ({ steps: value }) });
}

function multiplier(cell: Cell): Trial[] {
  if (cell.epoch === null) return [];
  const { scales } = cell.preview.prompt;
  const now = typeof scales === 'number' ? scales : 1;
  return valueTrials(cell, {
    knob: 'multiplier',
    now,
    values: [1, 0],
    change: (value) => ({ scales: value }),
  });
}

/** Its neighbours first. */
function loras(cell: Cell, { source: { epochs } }: KnobContext): Trial[] {
  const { epoch, step } = cell;
  if (epoch === null) return [];
  const at = epochs.indexOf(epoch);
  const near = epochs
    .filter((one) => one !== epoch)
    .sort((a, b) => Math.abs(epochs.indexOf(a) - at) - Math.abs(epochs.indexOf(b) - at));
  return near.map((other) => ({
    knob: 'LoRA',
    configured: `that of step ${step}`,
    found: `that of step ${other.step}`,
    rendering: { ...changed(cell, {}), epoch: other },
  }));
}

function negative(cell: Cell, { source: { entry, others: configs } }: KnobContext): Trial[] {
  if (!entry.guidance.negative_prompt) return [];
  const now = cell.preview.prompt.negativePrompt ?? '';
  const elsewhere = configs.map(({ block }) => block.items[cell.index]?.negativePrompt);
  return valueTrials(cell, {
    knob: 'negative prompt',
    now,
    values: ['', entry.defaults.negative_prompt, ...elsewhere],
    change: (value) => ({ negativePrompt: value }),
  });
}

/** The rules for seeds that there are: counted up, one for all, carried over, and the defaults. */
function seeds(cell: Cell, { source: { settings } }: KnobContext): Trial[] {
  const { index } = cell;
  const now = String(cell.preview.prompt.seed ?? '');
  const block = settings?.block;
  const own = block?.items[index]?.seed ?? null;
  const carried = block?.items.slice(0, index).findLast(({ seed }) => seed !== null)?.seed;
  const values: (number | null | undefined)[] = [
    block === undefined ? null : block.seed + index,
    block?.seed,
    carried,
    own,
    42 + index,
    42,
    0,
    index,
  ];
  const texts = values.flatMap((value) => (value == null || value < 0 ? [] : [String(Math.trunc(value))]));
  return valueTrials(cell, {
    knob: 'seed',
    now,
    values: texts,
    change: (value) => ({ seed: seedOf(value) }),
  });
}

const seedOf = (text: string): Seed => toSeed(BigInt(text));

function triggers(cell: Cell, { source: { epochs } }: KnobContext): Trial[] {
  const { prompt } = cell.preview;
  if (!/\[(trigger|name)\]/.test(cell.preview.written)) return [];
  const named = [...new Set((cell.epoch ?? epochs.at(-1))?.triggers)];
  const word = (value: string): Trial['found'] => (value === '' ? '[trigger] as it stands' : `"${value}"`);
  const configured = word(prompt.triggerWord ?? '');
  return [...named, ''].map((value) => ({
    knob: 'trigger word',
    configured,
    found: word(value),
    rendering: changed(cell, { triggerWord: value === '' ? null : value }),
  }));
}

/** What stands behind `--` is read as flags; it may have been text. */
function texts(cell: Cell): Trial[] {
  const { prompt, written } = cell.preview;
  if (!written.includes('--') || prompt.prompt === written) return [];
  const rendering = changed(cell, { prompt: written });
  const configured = 'without what follows --';
  return [{ knob: 'prompt', configured, found: 'with all of its text', rendering }];
}

function others(
  cell: Cell,
  { others: configs }: JobSource,
  field: 'guidanceScale' | 'steps' | 'multiplier',
): number[] {
  return configs.flatMap(({ block }) => block.items[cell.index]?.[field] ?? []);
}

/** What another configuration of the same job says otherwise. */
function otherConfigurations(cell: Cell, { source }: KnobContext): Trial[] {
  const { prompt } = cell.preview;
  return source.others.flatMap((config: SampleSettings): Trial[] => {
    const item = config.block.items[cell.index];
    if (item === undefined) return [];
    const seed = item.seed ?? (config.block.walkSeed ? config.block.seed + cell.index : config.block.seed);
    return [
      ...valueTrials(cell, {
        knob: 'guidance',
        now: prompt.guidanceScale ?? 0,
        values: [item.guidanceScale],
        change: (value) => ({ guidanceScale: value }),
      }),
      ...valueTrials(cell, {
        knob: 'steps',
        now: prompt.steps ?? 0,
        values: [item.steps],
        change: (value) => ({ steps: value }),
      }),
      ...valueTrials(cell, {
        knob: 'seed',
        now: String(prompt.seed),
        values: seed < 0 ? [] : [String(seed)],
        change: (value) => ({ seed: seedOf(value) }),
      }),
      ...valueTrials(cell, {
        knob: 'multiplier',
        now: typeof prompt.scales === 'number' ? prompt.scales : 1,
        values: cell.epoch === null ? [] : [item.multiplier],
        change: (value) => ({ scales: value }),
      }),
      ...(config.trigger === prompt.triggerWord || config.trigger === null
        ? []
        : [
            {
              knob: 'trigger word' as const,
              configured: `"${prompt.triggerWord ?? ''}"`,
              found: `"${config.trigger}"`,
              rendering: changed(cell, { triggerWord: config.trigger }),
            },
          ]),
    ];
  });
}

/** Every value of a range, nearest to the configured one first: what a full explanation tries when nothing likely was it. */
export function widerTrials(cell: Cell, { source }: KnobContext): Trial[] {
  const { entry } = source;
  const { prompt } = cell.preview;
  const near = (values: number[], now: number): number[] =>
    values.toSorted((a, b) => Math.abs(a - now) - Math.abs(b - now));
  const range = (from: number, to: number, by: number): number[] =>
    Array.from(
      { length: Math.round((to - from) / by) + 1 },
      (_, index) => Math.round((from + index * by) * 100) / 100,
    );
  const guidanceNow = prompt.guidanceScale ?? 0;
  const stepsNow = prompt.steps ?? 0;
  const scaleNow = typeof prompt.scales === 'number' ? prompt.scales : 1;
  const seedNow = Number(prompt.seed ?? 0);
  return inTurns([
    entry.guidance.kind === 'none'
      ? []
      : valueTrials(cell, {
          knob: 'guidance',
          now: guidanceNow,
          values: near(range(0, 10, 0.5), guidanceNow),
          change: (value) => ({ guidanceScale: value }),
        }),
    valueTrials(cell, {
      knob: 'steps',
      now: stepsNow,
      values: near(range(Math.max(1, entry.minimum_steps), 50, 1), stepsNow),
      change: (value) => ({ steps: value }),
    }),
    cell.epoch === null
      ? []
      : valueTrials(cell, {
          knob: 'multiplier',
          now: scaleNow,
          values: near(range(0, 2, 0.1), scaleNow),
          change: (value) => ({ scales: value }),
        }),
    valueTrials(cell, {
      knob: 'seed',
      now: String(seedNow),
      values: near(range(0, 100, 1), seedNow).map(String),
      change: (value) => ({ seed: seedOf(value) }),
    }),
  ]);
}
