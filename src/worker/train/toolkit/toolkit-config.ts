/**
 * A training plan in ai-toolkit's words: the configuration of one job of the type `diffusion_trainer`. Names and meanings are those
 * of its `toolkit/config_modules.py`.
 */
import type { ToolkitModel } from '../../../catalog/define-training.ts';
import type { TrainingSettings } from '../../../engines/engine-training-plan.ts';
import type { Seed } from '../../../render/seed.ts';
import type { TrainingPlan } from '../../../training/training-plan.ts';

/** What only the machine that trains knows. */
export interface ToolkitPlace {
  /** Name of the job, of its folder and of its files: ai-toolkit goes on from the newest file whose name begins with it. */
  job: string;
  /** Parent of the job's folder. */
  trainingFolder: string;
  /** Folder of pictures and captions. */
  pictures: string;
  /** Folders of control pictures, in the order in which the model takes them. */
  controls: readonly string[];
  /** SQLite file with the row of the job. */
  database: string;
  /** As torch calls it. */
  device: string;
  /** Folder or repository of the base model. */
  nameOrPath: string;
  /** Hold the base in 8 bits. */
  quantize: boolean;
  /** Paths of the control pictures of each sample. */
  sampleControls: readonly (readonly string[])[];
}

type Plan = Pick<TrainingPlan, 'settings' | 'samples' | 'name'> & { toolkit: ToolkitModel };

/** Files of every step stay until they are collected. */
const keepAll = 1_000_000;

export function toolkitConfig({ settings, samples, name, toolkit }: Plan, place: ToolkitPlace) {
  const { network_kwargs: ownKwargs = {}, ...network } = toolkit.network;
  const flow = settings.timesteps !== 'uniform';
  return {
    job: 'extension',
    config: {
      name: place.job,
      process: [
        {
          type: 'diffusion_trainer',
          training_folder: place.trainingFolder,
          sqlite_db_path: place.database,
          device: place.device,
          ...(settings.trigger === null ? {} : { trigger_word: settings.trigger }),
          training_seed: seedOf(settings.seed),
          performance_log_every: 10,
          network: {
            type: 'lora',
            linear: settings.rank,
            linear_alpha: settings.alpha,
            ...network,
            network_kwargs: networkKwargs(settings, ownKwargs),
          },
          save: {
            dtype: 'float16',
            save_every: everyOf(settings.save_steps),
            max_step_saves_to_keep: keepAll,
          },
          datasets: [{ ...dataset(settings, place), ...toolkit.dataset }],
          train: { ...train(settings, flow, samples.length > 0), ...toolkit.train },
          logging: { log_every: 1, use_ui_logger: true },
          model: {
            name_or_path: place.nameOrPath,
            arch: toolkit.arch,
            ...(place.quantize
              ? { quantize: true, quantize_te: true, qtype: 'qfloat8', low_vram: true }
              : {}),
            ...toolkit.model,
          },
          sample: sample(settings, samples, place, flow),
        },
      ],
    },
    meta: { name, version: '1.0' },
  };
}

/** JSON's numbers hold no more of it. */
const seedOf = (seed: Seed): number => Number(BigInt(seed) & (2n ** 53n - 1n));

/** Steps between the first ones; what comes after the last step is written in any case. */
const everyOf = (steps: readonly number[]): number => steps[0] ?? keepAll;

function networkKwargs({ include, exclude }: TrainingSettings, own: unknown): Record<string, unknown> {
  const given = typeof own === 'object' && own !== null ? { ...own } : {};
  const before =
    'ignore_if_contains' in given && Array.isArray(given.ignore_if_contains) ? given.ignore_if_contains : [];
  const ignored = [...before, ...exclude];
  return {
    ...given,
    ...(include === null ? {} : { only_if_contains: include }),
    ...(ignored.length === 0 ? {} : { ignore_if_contains: ignored }),
  };
}

function dataset(settings: TrainingSettings, { pictures, controls }: ToolkitPlace) {
  const [first] = controls;
  return {
    folder_path: pictures,
    ...(first === undefined ? {} : { control_path: controls.length === 1 ? first : [...controls] }),
    caption_ext: 'txt',
    default_caption: '',
    caption_dropout_rate: settings.caption_dropout,
    ...(settings.shuffle === null ? {} : { shuffle_tokens: true, keep_tokens: settings.shuffle.kept }),
    resolution: settings.resolutions,
    flip_x: settings.flip,
    num_frames: 1,
    cache_latents_to_disk: true,
  };
}

function train(settings: TrainingSettings, flow: boolean, hasSamples: boolean) {
  const { preserve, ema } = settings;
  return {
    steps: settings.steps,
    batch_size: settings.batch_size,
    gradient_accumulation: settings.accumulation,
    train_unet: true,
    train_text_encoder: false,
    dtype: 'bf16',
    gradient_checkpointing: settings.checkpointing !== 'off',
    noise_scheduler: flow ? 'flowmatch' : 'ddpm',
    ...(flow ? { timestep_type: settings.timesteps, content_or_style: settings.timestep_bias } : {}),
    ...(flow || settings.min_snr_gamma === null ? {} : { min_snr_gamma: settings.min_snr_gamma }),
    optimizer: settings.optimizer,
    lr: settings.learning_rate,
    optimizer_params: { weight_decay: settings.weight_decay },
    lr_scheduler: settings.lr_scheduler,
    ...(settings.lr_scheduler === 'constant_with_warmup'
      ? { lr_scheduler_params: { num_warmup_steps: settings.warmup_steps } }
      : {}),
    ...(ema === null ? {} : { ema_config: { use_ema: true, ema_decay: ema } }),
    ...(preserve?.kind === 'class'
      ? {
          diff_output_preservation: true,
          diff_output_preservation_class: preserve.prompt,
          diff_output_preservation_multiplier: preserve.weight,
        }
      : {}),
    ...(preserve?.kind === 'blank'
      ? { blank_prompt_preservation: true, blank_prompt_preservation_multiplier: preserve.weight }
      : {}),
    skip_first_sample: true,
    disable_sampling: !hasSamples,
  };
}

function sample(
  settings: TrainingSettings,
  calls: TrainingPlan['samples'],
  { sampleControls }: ToolkitPlace,
  flow: boolean,
) {
  const isVideo = calls.some(({ output }) => output === 'video');
  return {
    sampler: flow ? 'flowmatch' : 'ddpm',
    sample_every: everyOf(settings.sample_steps),
    format: isVideo ? 'webp' : 'png',
    samples: calls.map((call, index) => ({
      prompt: call.prompt,
      ...(call.negative_prompt === null ? {} : { neg: call.negative_prompt }),
      width: call.width,
      height: call.height,
      seed: seedOf(call.seed),
      sample_steps: call.steps,
      guidance_scale: call.guidance_scale,
      num_frames: call.num_frames,
      ...(call.fps === null ? {} : { fps: call.fps }),
      ...controlsOf(sampleControls[index] ?? []),
    })),
  };
}

/** `ctrl_img` is read by models of one control picture, `ctrl_img_1` and on by those of several. */
const controlsOf = (paths: readonly string[]): Record<string, string> =>
  Object.fromEntries([
    ...(paths[0] === undefined ? [] : [['ctrl_img', paths[0]] as const]),
    ...paths.slice(0, 3).map((file, index) => [`ctrl_img_${index + 1}`, file] as const),
  ]);
