/**
 * docs/training-names.md: what each parameter of a training is called. Nothing of it is written down: every field is sent once, and
 * what changes in the request, or in the configuration of ai-toolkit, is what it stands for.
 */
import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { trainingBodySchema } from '../../src/http/native/schemas/training-schema.ts';
import { toTrainingOrder } from '../../src/http/native/training.ts';
import {
  pretrained,
  toTrainingRequest,
  trainingInput,
  unusedInputs,
} from '../../src/http/replicate/trainings/training-input.ts';
import { modelTypes } from '../../src/http/scenario/model-types.ts';
import { modelTypeNames } from '../../src/http/scenario/schema/enums.ts';
import {
  type TrainingParameters,
  trainingParametersSchema,
} from '../../src/http/scenario/schema/training.ts';
import { readTrainingOrder } from '../../src/http/scenario/training-order.ts';
import { buildTrainingPlan } from '../../src/training/build-training-plan.ts';
import { type TrainingRequest, unsaidTraining } from '../../src/training/training-request.ts';
import { toolkitConfig } from '../../src/worker/train/toolkit/toolkit-config.ts';
import { generatedLine, markdownTable } from './markdown.ts';

type Field = keyof TrainingRequest;

/** A value for each field that no model has by default. */
const probes: { [Name in Field]: TrainingRequest[Name] } = {
  engine: 'builtin',
  triggerWord: 'zorp',
  steps: 77,
  learningRate: 0.5,
  batchSize: 9,
  accumulation: 7,
  rank: 9,
  alpha: 9,
  resolutions: [128],
  captionDropout: 0.7,
  shuffleKept: 1,
  flip: true,
  optimizer: 'lion',
  weightDecay: 0.7,
  ema: 0.7,
  lrScheduler: 'linear',
  warmupSteps: 7,
  timesteps: 'shift',
  timestepBias: 'style',
  minSnrGamma: 7,
  include: ['x'],
  exclude: ['x'],
  layers: 'x',
  seed: 77,
  checkpointing: 'off',
  preserve: 'blank',
  preserveClass: 'dog',
  saveEvery: 7,
  keep: 7,
  samples: [],
  sampleSeed: 77,
  sampleEvery: 7,
  captions: { mode: 'none', text: '', prefix: '', suffix: '' },
};

/** What a field changes only together with. */
const together: Partial<Record<Field, Partial<TrainingRequest>>> = {
  warmupSteps: { lrScheduler: 'constant_with_warmup' },
  preserveClass: { preserve: 'class', preserveClass: 'person', triggerWord: 'zorp' },
};

const nativeProbes = trainingBodySchema.parse({
  engine: 'builtin',
  trigger_word: 'zorp',
  steps: 77,
  learning_rate: 0.5,
  batch_size: 9,
  gradient_accumulation: 7,
  rank: 9,
  alpha: 9,
  resolutions: [128],
  caption_dropout: 0.7,
  keep_tokens: 1,
  flip: true,
  optimizer: 'lion',
  weight_decay: 0.7,
  ema_decay: 0.7,
  lr_scheduler: 'linear',
  warmup_steps: 7,
  timesteps: 'shift',
  content_or_style: 'style',
  min_snr_gamma: 7,
  only_if_contains: ['x'],
  ignore_if_contains: ['x'],
  layers_regex: 'x',
  seed: 77,
  gradient_checkpointing: 'off',
  preserve: 'blank',
  preserve_class: 'dog',
  save_every: 7,
  keep: 7,
  captions: { mode: 'none', text: '' },
});
const nativeSamples = {
  'samples.prompts': { samples: { prompts: [] } },
  'samples.seed': { samples: { seed: 77 } },
  'samples.every': { samples: { every: 7 } },
};

const scenarioProbes: TrainingParameters = {
  batchSize: 3,
  conceptPrompt: 'zorp',
  learningRate: 0.5,
  lrScheduler: 'linear',
  maxTrainSteps: 77,
  nbEpochs: 7,
  nbRepeats: 7,
  numUNetTrainSteps: 77,
  optimizeFor: 'likeness',
  rank: 9,
  seed: 77,
  samplePrompts: ['a'],
};

const replicateProbes = {
  trigger_word: 'zorp',
  steps: 77,
  learning_rate: 0.5,
  batch_size: 9,
  lora_rank: 9,
  resolution: '128',
  caption_dropout_rate: 0.7,
  optimizer: 'lion',
  layers_to_optimize_regex: 'x',
  gradient_checkpointing: true,
  wandb_sample_prompts: 'a',
  autocaption: false,
  autocaption_prefix: 'x',
  autocaption_suffix: 'x',
};

export function trainingNamesPage(entries: readonly ModelEntry[]): string {
  const native = nativeNames();
  const scenario = scenarioNames();
  const replicate = replicateNames();
  const rows = fields().map((field) => [
    code(named(native, field)),
    code(trainerPaths(field, entries)),
    code(named(scenario, field)),
    code(named(replicate, field)),
  ]);
  const unused = Object.keys(trainingParametersSchema.shape).filter((name) => !(name in scenarioProbes));
  return `${generatedLine('src/http/native/training.ts, src/http/scenario/training-order.ts, src/http/replicate/trainings/training-input.ts, src/worker/train/toolkit/toolkit-config.ts and the catalog')}

# What trainings are called

The parameters of [a training](training.md), as POST /v1/trainings, the configuration of
[ai-toolkit](https://github.com/ostris/ai-toolkit), [Scenario’s API](scenario.md) and [Replicate’s](replicate.md) name them. An empty cell:
there is no word for it, and what cannot be used is told of in the warnings.

${markdownTable(['POST /v1/trainings', 'ai-toolkit, in `config.process[0]`', 'Scenario’s `parameters`', 'Replicate’s `input`'], rows)}

Scenario’s ${unused.map((name) => `\`${name}\``).join(', ')} are not used, and named in the hint of the job.
Replicate’s ${unusedInputs.map((name) => `\`${name}\``).join(', ')} are not used, and named in its logs. With its
\`${pretrained}\` nothing is trained: [replicate.md](replicate.md#training).

## Models

${markdownTable(['model', 'trained by', '`arch` of ai-toolkit', 'how noise is drawn', 'Scenario’s types', 'Replicate’s name'], modelRows(entries))}
`;
}

const isField = (name: string): name is Field => Object.hasOwn(probes, name);
const fields = (): Field[] => Object.keys(probes).filter(isField);

const named = (names: readonly [string, readonly string[]][], field: Field): string[] =>
  names.filter(([, changed]) => changed.includes(field)).map(([name]) => name);

const code = (names: readonly string[]): string =>
  [...new Set(names)].map((name) => `\`${name}\``).join(', ');

/** Names of fields, each with the fields of the request that it changes. Throws where one of those has no name. */
function nativeNames(): [string, string[]][] {
  const before = toTrainingOrder(trainingBodySchema.parse({})).request;
  const bodies = [
    ...Object.entries(nativeProbes).map(([name, value]): [string, object] => [name, { [name]: value }]),
    ...Object.entries(nativeSamples),
  ];
  const names = bodies.map(([name, body]): [string, string[]] => [
    name,
    changed(before, toTrainingOrder(trainingBodySchema.parse(body)).request),
  ]);
  const missing = fields().filter((field) => named(names, field).length === 0);
  if (missing.length > 0) throw new Error(`No field of a training's body says ${missing.join(', ')}.`);
  return names;
}

function scenarioNames(): [string, string[]][] {
  const target = { profile: 'flux', images: 10, base: 'flux', likeness: ['x'] } as const;
  const read = (given: TrainingParameters): TrainingRequest => readTrainingOrder(given, target).request;
  return Object.entries(scenarioProbes).map(([name, value]) => [
    name,
    changed(read({}), read({ [name]: value })),
  ]);
}

function replicateNames(): [string, string[]][] {
  const images = { input_images: 'data:' };
  const read = (given: object): TrainingRequest =>
    toTrainingRequest(trainingInput.parse({ ...images, ...given }), {
      isTrainer: true,
      writesCaptions: true,
    });
  return Object.entries(replicateProbes).map(([name, value]) => [
    name,
    changed(read({}), read({ [name]: value })),
  ]);
}

/** The last part of a path that begins with a block is enough to find it. */
function trainerPaths(field: Field, entries: readonly ModelEntry[]): string[] {
  const paths = ['flux', 'sd15'].flatMap((id) => {
    const entry = entries.find((one) => one.id === id);
    if (entry === undefined) return [];
    const usual = { ...unsaidTraining, seed: 1, ...together[field] };
    const [before, after] = [usual, { ...usual, [field]: probes[field] }].map((request) =>
      trainerConfig(entry, request),
    );
    return leaves(before, after);
  });
  // Epochs and samples follow from the number of steps; the first of them is what is asked for.
  return field === 'steps' ? paths.filter((path) => path === 'train.steps') : paths;
}

function trainerConfig(entry: ModelEntry, request: TrainingRequest): unknown {
  const toolkit = entry.training?.ai_toolkit;
  if (toolkit === undefined) throw new Error(`ai-toolkit does not train ${entry.id}.`);
  const { plan } = buildTrainingPlan({
    entry,
    request,
    name: 'mine',
    settings: { decodesInTiles: () => false },
    drawSeed: () => 1,
    engine: { name: 'ai-toolkit', model: toolkit },
    items: [
      { label: 'a', sha256: 'a'.repeat(64), width: 512, height: 512, caption: 'a thing', controls: [] },
      { label: 'b', sha256: 'b'.repeat(64), width: 512, height: 512, caption: 'b thing', controls: [] },
    ],
  });
  const place = { job: 'id', trainingFolder: '', pictures: '', controls: [], database: '', device: 'cuda' };
  return toolkitConfig(
    { ...plan, toolkit },
    { ...place, nameOrPath: '', quantize: false, sampleControls: [] },
  ).config.process[0];
}

const changed = (before: object, after: object): string[] => {
  const old = new Map(Object.entries(before));
  return Object.entries(after)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old.get(name)))
    .map(([name]) => name);
};

/** Paths of what differs. Of two lists of as many blocks the first ones are compared. */
function leaves(before: unknown, after: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [old, now] = [blockOf(before), blockOf(after)];
  if (now === null || (old === null && before !== undefined)) return [path];
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now)]);
  return [...names].flatMap((name) => leaves(old?.[name], now[name], path === '' ? name : `${path}.${name}`));
}

function blockOf(value: unknown): Record<string, unknown> | null {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? Object.fromEntries(Object.entries(one)) : null;
}

function modelRows(entries: readonly ModelEntry[]): string[][] {
  return entries.flatMap(({ id, training }) => {
    if (training === undefined) return [];
    const { builtin, ai_toolkit: toolkit, defaults } = training;
    const by = [
      ...(builtin === undefined ? [] : ['Darkroom']),
      ...(toolkit === undefined ? [] : ['ai-toolkit']),
    ];
    const types = modelTypeNames.filter((name) => {
      const { kind, bases } = modelTypes[name];
      return kind === 'lora' && bases?.includes(id);
    });
    return [
      [
        `[${id}](models/${id}.md)`,
        by.join(', '),
        toolkit === undefined ? '' : `\`${toolkit.arch}\``,
        defaults.timesteps,
        types.length === 0 ? '`custom`' : code(types),
        `\`darkroom/${id}\``,
      ],
    ];
  });
}
