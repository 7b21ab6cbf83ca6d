import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { modelsQuery } from '../api/models.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { planTraining, startTraining, type TrainingPlan } from '../api/trainings.ts';
import {
  changeTrainingDraft,
  clearTrainingFiles,
  type TrainingDraft,
  useTrainingDraft,
  useTrainingFiles,
} from '../draft/training-draft.ts';
import { etaText } from '../live/live-request.ts';
import { Button } from '../parts/button.tsx';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import { NumberField } from '../parts/number-field.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import { Select } from '../parts/select.tsx';
import css from './new-training.module.css';
import { SetField } from './set-field.tsx';
import { trainingRequest } from './training-request.ts';

/** Up to this many bytes a set is checked by itself whenever something changes; larger ones when they are asked to be. */
const mostCheckedAlone = 32_000_000;
const typingMs = 700;

/** From pictures to a training: what is trained on what, what the server makes of it, and off it goes. */
export function NewTrainingScreen() {
  const mayWrite = useMay('write');
  const draft = useTrainingDraft();
  const files = useTrainingFiles();
  const { check, start, problem } = useTrainingCalls(draft, files);
  if (!mayWrite)
    return (
      <Screen title="New training">
        <Empty title="This key looks only">
          <Link to="/training">All trainings</Link>
        </Empty>
      </Screen>
    );
  const missing = missingOf(draft, files);
  return (
    <Screen title="New training">
      <div className={css.newTraining}>
        <div className={css.newFields}>
          <SetField files={files} />
          <BaseField />
          <TextFields />
          <MoreSettings plan={check.data ?? null} />
        </div>
        <aside className={css.plan} aria-label="What it would be">
          {problem !== null && <Problem problem={problem} />}
          {problem !== null && problem.files.length > 0 && <BadFiles files={problem.files} />}
          {check.data === undefined || problem !== null ? (
            problem === null && (
              <p className={css.note}>{check.isPending ? 'Looking through the set…' : (missing ?? ready)}</p>
            )
          ) : (
            <Plan plan={check.data} />
          )}
          <div className={css.planActions}>
            <Button isDisabled={missing !== null || check.isPending} onPress={() => check.mutate()}>
              Check the set
            </Button>
            <Button
              look="primary"
              isDisabled={missing !== null || start.isPending}
              onPress={() => start.mutate()}
            >
              {start.isPending ? 'Sending…' : 'Start training'}
            </Button>
          </div>
        </aside>
      </div>
    </Screen>
  );
}

const ready = 'Everything is there. Check the set to see what would be trained.';

function missingOf({ base }: TrainingDraft, files: readonly File[]): string | null {
  if (files.length === 0) return 'Add the pictures first.';
  return base === null ? 'Choose what to train on.' : null;
}

function useTrainingCalls(draft: TrainingDraft, files: readonly File[]) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useMutation({ mutationFn: () => planTraining(trainingRequest(draft), files) });
  // One key for one set of settings: sent again by the network or a second press, it is one training.
  const sentAs = useRef(crypto.randomUUID());
  const start = useMutation({
    mutationFn: () => startTraining(trainingRequest(draft), files, sentAs.current),
    onSuccess: async ({ training_id: id }) => {
      sentAs.current = crypto.randomUUID();
      clearTrainingFiles();
      await queries.invalidateQueries({ queryKey: ['trainings'] });
      await navigate({ to: '/training/$id', params: { id } });
    },
    onError: () => {
      sentAs.current = crypto.randomUUID();
    },
  });
  const { mutate, reset } = check;
  const startReset = start.reset;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const checksAlone = missingOf(draft, files) === null && bytes <= mostCheckedAlone;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found counts for the settings it was found for.
  useEffect(() => {
    reset();
    startReset();
    if (!checksAlone) return;
    const timer = setTimeout(mutate, typingMs);
    return () => clearTimeout(timer);
  }, [draft, files, checksAlone, mutate, reset, startReset]);
  const error = start.error ?? check.error;
  return { check, start, problem: error === null ? null : toProblem(error) };
}

function BaseField() {
  const { base } = useTrainingDraft();
  const { data: models = [] } = useQuery(modelsQuery);
  const trainable = models.filter((model) => model.trainable);
  return (
    <Select
      label="Train on"
      search
      value={base}
      placeholder="Choose a base model"
      onChange={(id) => changeTrainingDraft({ base: id })}
      groups={[
        {
          title: null,
          choices: trainable.map(({ id, label, memory_gib: memory, base_model_url: url }) => ({
            id,
            label,
            aside: url === null ? 'comes with Darkroom' : `${Math.round(memory)} GiB`,
          })),
        },
      ]}
    />
  );
}

function TextFields() {
  const { trigger, name, caption } = useTrainingDraft();
  return (
    <>
      <TextField
        label="Trigger word"
        value={trigger}
        onChange={(next) => changeTrainingDraft({ trigger: next })}
        placeholder="my_subject"
        hint="The word that calls what is trained. It stands in front of captions that do not have it."
      />
      <TextField
        label="Name"
        value={name}
        onChange={(next) => changeTrainingDraft({ name: next })}
        placeholder={trigger.trim() === '' ? 'Of the LoRA' : trigger.trim()}
      />
      <TextField
        label="One caption for all pictures"
        value={caption}
        onChange={(next) => changeTrainingDraft({ caption: next })}
        placeholder="Those of the set"
        hint="In place of the captions of the set: a photo of [trigger]."
      />
    </>
  );
}

function MoreSettings({ plan }: { plan: TrainingPlan | null }) {
  const draft = useTrainingDraft();
  const settled = (name: string): number | undefined => {
    const value = plan?.settings[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'number' ? first : undefined;
  };
  return (
    <details className={css.more}>
      <summary>Settings</summary>
      <p className={css.note}>What is left alone is chosen by the model and the set.</p>
      <div className={css.numbers}>
        {numbers.map(({ field, name, label, ...limits }) => (
          <NumberField
            key={field}
            label={label}
            changed={draft[field] !== null}
            value={draft[field] ?? settled(name) ?? Number.NaN}
            onChange={(value) => changeTrainingDraft({ [field]: value })}
            action={
              draft[field] !== null && (
                <Button look="quiet" onPress={() => changeTrainingDraft({ [field]: null })}>
                  Reset
                </Button>
              )
            }
            {...limits}
          />
        ))}
      </div>
      <SwitchField
        label="Leave out files that cannot be used"
        value={draft.skipBad}
        onChange={(skipBad) => changeTrainingDraft({ skipBad })}
      />
    </details>
  );
}

const numbers = [
  { field: 'steps', name: 'steps', label: 'Steps', minimum: 1, maximum: 40_000, step: 1 },
  { field: 'rank', name: 'rank', label: 'Rank', minimum: 1, maximum: 512, step: 1 },
  { field: 'learningRate', name: 'learning_rate', label: 'Learning rate', minimum: 0, maximum: 1 },
  { field: 'resolution', name: 'resolutions', label: 'Resolution', minimum: 64, maximum: 4096, step: 1 },
] as const;

function Plan({ plan }: { plan: TrainingPlan }) {
  const without = plan.pictures - plan.captions;
  return (
    <>
      <FactList
        rows={[
          ['Pictures', String(plan.pictures)],
          ['Captions', without === 0 ? 'every picture has one' : `${without} pictures have none`],
          [
            'Trigger word',
            typeof plan.settings.trigger_word === 'string'
              ? `in ${plan.with_trigger} of ${plan.captions} captions; put before the others`
              : 'none',
          ],
          ['Steps', String(plan.steps)],
          ['Epochs', String(plan.epochs)],
          ['Takes', plan.seconds === null ? 'not known: the first on this base' : etaText(plan.seconds)],
          ['Trained by', plan.engine === 'builtin' ? 'Darkroom' : plan.engine],
        ]}
      />
      {plan.sample_prompts.length > 0 && (
        <div>
          <h2>Samples of each epoch</h2>
          <ul className={css.prompts}>
            {plan.sample_prompts.map((prompt) => (
              <li key={prompt}>{prompt}</li>
            ))}
          </ul>
        </div>
      )}
      {plan.warnings.map((warning) => (
        <p key={warning} className={css.warning}>
          {warning}
        </p>
      ))}
    </>
  );
}

const mostShown = 20;

function BadFiles({ files }: { files: readonly { name: string; problem: string; fix: string }[] }) {
  return (
    <ul className={css.badFiles} aria-label="Files that cannot be used">
      {files.slice(0, mostShown).map(({ name, problem, fix }) => (
        <li key={name + problem}>
          <strong>{name}</strong> {problem} {fix}
        </li>
      ))}
      {files.length > mostShown && <li>And {files.length - mostShown} more.</li>}
      <li>
        <Button onPress={() => changeTrainingDraft({ skipBad: true })}>Leave them out</Button>
      </li>
    </ul>
  );
}
