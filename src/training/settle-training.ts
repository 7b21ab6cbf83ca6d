/**
 * TrainingRequest + catalog entry + set ─▶ settings with every default filled in. Pure but for `drawSeed`. What cannot be
 * trained is refused here, before any file is stored; what is not used is warned of.
 */
import { RE2JS } from 're2js';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { TrainingSettings } from '../engines/engine-training-plan.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { ChosenEngine } from './choose-engine.ts';
import type { TrainingRequest } from './training-request.ts';
import type { TrainingItem } from './training-set.ts';

export interface SettleInput {
  entry: ModelEntry;
  engine: ChosenEngine;
  request: TrainingRequest;
  items: readonly TrainingItem[];
  drawSeed: () => number;
}

const usualEpochs = 10;
const stateSeconds = 300;

type Training = NonNullable<ModelEntry['training']>;

/** Throws INVALID_REQUEST for values that do not go together. */
export function settleTraining(input: SettleInput): { settings: TrainingSettings; warnings: string[] } {
  const { entry, engine, request, items, drawSeed } = input;
  checkPattern(request.layers);
  const defaults = defaultsOf(entry);
  const steps = request.steps ?? usualSteps(defaults.steps, items.length);
  const rank = request.rank ?? defaults.rank;
  const saveEvery = Math.min(request.saveEvery ?? Math.ceil(steps / usualEpochs), steps);
  const settings: TrainingSettings = {
    steps,
    learning_rate: request.learningRate ?? defaults.learning_rate,
    batch_size: request.batchSize ?? defaults.batch_size,
    accumulation: request.accumulation ?? 1,
    // What the file cannot say is not trained.
    rank,
    alpha: hasAlpha(engine) ? (request.alpha ?? rank) : rank,
    resolutions: request.resolutions ?? defaults.resolutions,
    trigger: request.triggerWord,
    caption_dropout: request.captionDropout ?? 0.05,
    shuffle: request.shuffleKept === null ? null : { kept: request.shuffleKept },
    flip: request.flip ?? false,
    optimizer: request.optimizer ?? defaults.optimizer,
    weight_decay: request.weightDecay ?? 1e-4,
    ema: request.ema === 0 ? null : request.ema,
    lr_scheduler: request.lrScheduler ?? 'constant',
    warmup_steps: request.warmupSteps ?? 0,
    timesteps: request.timesteps ?? defaults.timesteps,
    timestep_bias: request.timestepBias ?? 'balanced',
    min_snr_gamma: request.minSnrGamma,
    include: request.include === null || request.include.length === 0 ? null : request.include,
    exclude: request.exclude ?? [],
    layers: request.layers,
    seed: request.seed ?? drawSeed(),
    checkpointing: request.checkpointing ?? 'auto',
    preserve: preserveOf(request, defaults.preserve),
    save_steps: everySo(saveEvery, steps),
    sample_steps: everySo(request.sampleEvery ?? saveEvery, steps),
    state_seconds: stateSeconds,
  };
  return { settings, warnings: [...unusedOf(input, settings), ...aboutSet(input, settings)] };
}

function defaultsOf({ id, training }: ModelEntry): Training['defaults'] {
  if (training !== undefined) return training.defaults;
  throw new Error(`An engine was chosen for ${id}, which cannot be trained.`);
}

/** As Python or JavaScript write them: what trains is Python. Throws INVALID_REQUEST. */
function checkPattern(layers: string | null): void {
  if (layers === null || [(text: string) => new RegExp(text), RE2JS.compile].some(compiles(layers))) return;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `The expression for layers is no regular expression: ${JSON.stringify(layers.slice(0, 100))} was received. Send one such as "blocks\\.(7|12)\\.".`,
  );
}

const compiles =
  (text: string) =>
  (compile: (text: string) => unknown): boolean => {
    try {
      compile(text);
      return true;
    } catch {
      return false;
    }
  };

/** PEFT's spelling has no alpha in its files. */
const hasAlpha = (engine: ChosenEngine): boolean =>
  engine.name === 'ai-toolkit' || engine.method.spelling === 'kohya';

function usualSteps(
  { per_image, minimum, maximum }: Training['defaults']['steps'],
  pictures: number,
): number {
  return Math.max(minimum, Math.min(maximum, per_image * pictures));
}

/** Every so many steps, and the last. */
export function everySo(every: number, steps: number): number[] {
  const all = Array.from({ length: Math.ceil(steps / every) }, (_, index) => (index + 1) * every);
  return [...new Set(all.map((step) => Math.min(step, steps)))];
}

function preserveOf(
  request: TrainingRequest,
  usual: Training['defaults']['preserve'],
): TrainingSettings['preserve'] {
  const { preserve: asked, preserveClass, triggerWord } = request;
  // Without a trigger word there is nothing to tell the model's own pictures from.
  const kind = asked ?? (usual === 'class' && triggerWord === null ? 'none' : usual);
  if (kind === 'none') return null;
  if (kind === 'blank') return { kind, prompt: '', weight: 1 };
  if (asked === 'class' && (preserveClass === null || triggerWord === null))
    throw new DarkroomError(
      'INVALID_REQUEST',
      'Preserving the class takes a trigger word and the word of the class, such as "person". Send both, or preserve for no text ("blank").',
    );
  // With no word of a class the captions stand without their trigger word.
  return { kind, prompt: preserveClass ?? '', weight: 1 };
}

function unusedOf({ entry, engine, request }: SettleInput, settings: TrainingSettings): string[] {
  const isDiffusion = defaultsOf(entry).timesteps === 'uniform';
  return [
    ...(request.minSnrGamma !== null && !isDiffusion
      ? [`The SNR weighting was not used: ${entry.id} is trained by flow matching.`]
      : []),
    ...(request.timestepBias !== null && request.timestepBias !== 'balanced' && isDiffusion
      ? [`The bias of the timesteps was not used: ${entry.id} is no model of flow matching.`]
      : []),
    ...(request.warmupSteps !== null && settings.lr_scheduler === 'constant'
      ? ['The warm-up steps were not used: the learning rate is constant. Choose constant_with_warmup.']
      : []),
    ...(request.alpha !== null && !hasAlpha(engine) && request.alpha !== settings.rank
      ? [
          `The file says no alpha, as the trainer's files for ${entry.id} do not: it was trained with alpha = rank (${settings.rank}).`,
        ]
      : []),
    ...(engine.name === 'ai-toolkit' ? unusedByToolkit(request, settings) : []),
  ];
}

function unusedByToolkit(request: TrainingRequest, settings: TrainingSettings): string[] {
  const { lr_scheduler: scheduler } = settings;
  return [
    'ai-toolkit keeps the device until it ends: renders wait for it. After a stop it goes on from its newest file, and not exactly as it would have.',
    ...(request.layers === null ? [] : ['The expression for layers was not used: ai-toolkit has none.']),
    ...(request.warmupSteps !== null && scheduler !== 'constant' && scheduler !== 'constant_with_warmup'
      ? [`The warm-up steps were not used: ai-toolkit has none for the scheduler ${scheduler}.`]
      : []),
    ...(request.timesteps === 'uniform' && settings.timesteps === 'uniform'
      ? ['ai-toolkit has one way of drawing the steps of a diffusion schedule, and uses that.']
      : []),
  ];
}

function aboutSet({ entry, request, items }: SettleInput, settings: TrainingSettings): string[] {
  const smallest = Math.min(...settings.resolutions);
  const small = items.filter(({ width, height }) => width * height < smallest ** 2);
  const bare = request.captions.mode === 'file' ? items.filter(({ caption }) => caption === null) : [];
  const controls = items.filter((item) => item.controls.length > 0);
  return [
    ...(items.length === 1 ? ['The set has one picture: a LoRA of it will repeat that picture.'] : []),
    ...(small.length > 0
      ? [
          `${small.length} of ${items.length} pictures have fewer pixels than ${smallest}×${smallest} and are trained as small as they are, such as "${small[0]?.label}".`,
        ]
      : []),
    ...(bare.length > 0
      ? [
          `${bare.length} of ${items.length} pictures have no caption and are trained on ${request.triggerWord === null ? 'no text' : 'the trigger word alone'}.`,
        ]
      : []),
    ...(controls.length > 0 && entry.control_images.maximum === 0
      ? [`The control pictures of ${controls.length} pictures were not used: ${entry.id} takes none.`]
      : []),
  ];
}
