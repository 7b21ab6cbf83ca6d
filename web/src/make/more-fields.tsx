import type { ApiProblem } from '../api/problem.ts';
import { changeValue, useBeginning, useDraft } from '../draft/draft.ts';
import { Button } from '../parts/button.tsx';
import { Segments, SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import { SliderField } from '../parts/number-field.tsx';
import { Select } from '../parts/select.tsx';
import { framesNote } from './frames.ts';
import css from './make.module.css';
import type { ModelForm, NumberRule } from './model-form.ts';
import { fieldError } from './use-render.ts';

const switchNames: Readonly<Record<string, string>> = {
  kv_cache: 'Control pictures see only each other',
  match_target_res: 'Control pictures at the size of the output',
  do_cfg_norm: 'Guidance keeps the length of the prediction',
  tiled_decoding: 'Decode in tiles: less memory, slightly other pixels',
};

/** What only some models have, each field where the model has it. */
export function MoreFields({ form, problem }: { form: ModelForm; problem: ApiProblem | null }) {
  const { values } = useDraft();
  const { steps, guidance, rescale, negative, beginning, video, samplers, high, switches } = form;
  const { image } = useBeginning();
  return (
    <div className={css.more}>
      <NumberRow
        rule={steps}
        most={Math.max(50, steps.default * 2)}
        error={fieldError(problem, steps.name)}
      />
      {guidance !== null && (
        <NumberRow rule={guidance} most={guidance.maximum} error={fieldError(problem, guidance.name)} />
      )}
      {rescale !== null && (
        <NumberRow rule={rescale} most={rescale.maximum} error={fieldError(problem, rescale.name)} />
      )}
      {beginning !== null && image !== null && (
        <NumberRow
          rule={beginning.strength}
          most={beginning.strength.maximum}
          error={fieldError(problem, 'strength')}
          hint="How much of the picture is made anew."
        />
      )}
      {high && (
        <Segments
          label="Resolution"
          value={values.resolution === 'High' ? 'High' : 'Default'}
          options={['Default', 'High'].map((value) => ({ value, label: value }))}
          onChange={(value) => changeValue('resolution', value === 'Default' ? undefined : value)}
        />
      )}
      {negative !== null && (
        <TextField
          label="Negative prompt"
          changed={values.neg !== undefined}
          value={typeof values.neg === 'string' ? values.neg : negative}
          onChange={(neg) => changeValue('neg', neg === negative ? undefined : neg)}
          placeholder="What to keep out"
          error={fieldError(problem, 'neg')}
        />
      )}
      {video !== null && <VideoFields video={video} problem={problem} />}
      {samplers.length > 1 && (
        <Select
          label="Sampler"
          value={typeof values.sampler === 'string' ? values.sampler : (samplers[0] ?? null)}
          groups={[{ title: null, choices: samplers.map((id) => ({ id, label: id })) }]}
          onChange={(id) => changeValue('sampler', id === samplers[0] ? undefined : id)}
        />
      )}
      {switches.map(({ name, default: own }) => (
        <SwitchField
          key={name}
          label={switchNames[name] ?? name}
          value={typeof values[name] === 'boolean' ? values[name] : own}
          onChange={(value) => changeValue(name, value === own ? undefined : value)}
          hint={own ? 'On, as trained.' : undefined}
        />
      ))}
      {video === null && (
        <Segments
          label="File"
          value={typeof values.output_format === 'string' ? values.output_format : 'jpeg'}
          options={['jpeg', 'png', 'webp'].map((value) => ({ value, label: value.toUpperCase() }))}
          onChange={(value) => changeValue('output_format', value === 'jpeg' ? undefined : value)}
        />
      )}
    </div>
  );
}

function NumberRow({
  rule,
  most,
  error,
  hint,
}: {
  rule: NumberRule;
  most: number;
  error: string | null;
  hint?: string;
}) {
  const { values } = useDraft();
  const given = values[rule.name];
  const value = typeof given === 'number' ? given : rule.default;
  return (
    <SliderField
      label={rule.label}
      changed={value !== rule.default}
      action={
        value === rule.default ? undefined : (
          <Button look="quiet" onPress={() => changeValue(rule.name, undefined)}>
            Reset
          </Button>
        )
      }
      value={value}
      onChange={(next) => changeValue(rule.name, next === rule.default ? undefined : next)}
      minimum={rule.minimum}
      maximum={Math.min(most, rule.maximum)}
      step={rule.step}
      error={error}
      hint={hint}
    />
  );
}

function VideoFields({
  video,
  problem,
}: {
  video: NonNullable<ModelForm['video']>;
  problem: ApiProblem | null;
}) {
  const { values } = useDraft();
  const { frames, grid, fps, rate } = video;
  const count = typeof values.num_frames === 'number' ? values.num_frames : frames.default;
  const pace = typeof values.fps === 'number' ? values.fps : rate;
  return (
    <>
      <NumberRow
        rule={frames}
        most={Math.max(frames.default * 2, 121)}
        error={fieldError(problem, 'num_frames')}
        hint={framesNote(count, grid, pace)}
      />
      {fps !== null && <NumberRow rule={fps} most={60} error={fieldError(problem, 'fps')} />}
    </>
  );
}
