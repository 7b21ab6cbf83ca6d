/** What a training is made of, or would be: its settings, its set, its samples. */
import type { PlannedTraining } from '../../training/start-training.ts';
import type { TrainingPlan } from '../../training/training-plan.ts';
import type { Training } from '../../training/training-store.ts';
import type { Links } from '../kit/links.ts';
import { inNative } from './names.ts';

/** Settings of a plan, by the names of the body that asks for them. */
export function settingsResponse(settings: TrainingPlan['settings']): Record<string, unknown> {
  const { accumulation, ema, shuffle, trigger, timestep_bias, include, exclude, ...others } = settings;
  const { layers, checkpointing, preserve, state_seconds: _, ...same } = others;
  return {
    ...same,
    trigger_word: trigger,
    gradient_accumulation: accumulation,
    ema_decay: ema ?? 0,
    keep_tokens: shuffle?.kept ?? null,
    content_or_style: timestep_bias,
    only_if_contains: include,
    ignore_if_contains: exclude,
    layers_regex: layers,
    gradient_checkpointing: checkpointing,
    preserve: preserve?.kind ?? 'none',
    preserve_class: preserve?.kind === 'class' ? preserve.prompt : null,
  };
}

export function planResponse({ base, engine, plan, warnings, secondsPerStep }: PlannedTraining) {
  const { settings, items, samples } = plan;
  const captions = items.filter(({ caption }) => caption !== '');
  const { trigger } = settings;
  return {
    base,
    engine,
    pictures: items.length,
    captions: captions.length,
    with_trigger:
      trigger === null ? 0 : captions.filter(({ caption }) => hasTrigger(caption, trigger)).length,
    steps: settings.steps,
    epochs: settings.save_steps.length,
    seconds: secondsPerStep === null ? null : secondsPerStep * settings.steps,
    sample_prompts: samples.map(({ prompt }) => prompt),
    settings: settingsResponse(settings),
    warnings: warnings.map(inNative),
  };
}

const hasTrigger = (caption: string, trigger: string): boolean =>
  caption.includes(trigger) || /\[(trigger|name)\]/.test(caption);

export function detailsResponse({ row, job }: Training, links: Links) {
  const { plan, sizes } = job.task;
  return {
    settings: settingsResponse(plan.settings),
    samples: plan.samples.map((call) => ({
      index: call.index,
      prompt: call.prompt,
      neg: call.negative_prompt,
      width: call.width,
      height: call.height,
      seed: call.seed,
      sample_steps: call.steps,
      guidance_scale: call.guidance_scale,
      num_frames: call.output === 'video' ? call.num_frames : null,
      fps: call.fps,
    })),
    network_multiplier: plan.sample_scale,
    dataset: plan.items.map(({ label, caption }, index) => ({
      index,
      name: label,
      caption,
      width: sizes[index]?.width ?? null,
      height: sizes[index]?.height ?? null,
      url: links.to(`/v1/trainings/${row.job}/dataset/${index}`),
    })),
  };
}
