import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useMay } from '../api/session.ts';
import { useControls } from '../draft/draft.ts';
import { ModelPicker } from '../make/model-picker.tsx';
import { Button } from '../parts/button.tsx';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import { Empty, Problem } from '../parts/problem.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import css from './builder.module.css';
import { EpochField } from './epoch-field.tsx';
import { ListFields } from './list-fields.tsx';
import { problemOfValue } from './problem-of-value.ts';
import { listProblems, missingOf, scaledThing, sheetBody, sheetPrompts } from './sheet-body.ts';
import { changeSheetDraft, useSheetDraft } from './sheet-draft.ts';
import { costRows, costsText } from './sheet-words.ts';
import { StackField } from './stack-field.tsx';
import { useSheetCalls } from './use-sheet-calls.ts';
import { useSheetModel } from './use-sheet-model.ts';
import { useTrainingIntoDraft } from './use-training-into-draft.ts';

const ControlSlots = lazy(async () => ({
  default: (await import('../make/control-slots.tsx')).ControlSlots,
}));

/** What a contact sheet is made of, and what it would take, before it is asked for. */
export function NewSheetScreen() {
  const mayRender = useMay('write');
  useTrainingIntoDraft();
  if (!mayRender)
    return (
      <Screen title="New contact sheet">
        <Empty title="This key looks only">
          <Link to="/compare">All sheets</Link>
        </Empty>
      </Screen>
    );
  return (
    <Screen title="New contact sheet">
      <Builder />
    </Screen>
  );
}

function Builder() {
  const draft = useSheetDraft();
  const controls = useControls();
  const { models, model, form, state } = useSheetModel();
  const problems = listProblems(draft);
  const prompts = sheetPrompts(draft);
  return (
    <div className={css.builder}>
      <div className={css.fields}>
        <h2 className={css.heading}>What to render</h2>
        <ModelPicker
          models={models}
          chosen={model}
          state={state}
          onChoose={(id) =>
            changeSheetDraft({ model: id, ...(id === model?.id ? {} : { training: null, epochs: null }) })
          }
        />
        <TextField
          label="Prompts"
          lines
          data-prompt
          value={draft.prompts}
          onChange={(text) => changeSheetDraft({ prompts: text })}
          placeholder="One in a line"
          hint={prompts.length > 1 ? `${prompts.length} prompts` : 'Each line is a prompt.'}
        />
        {form && form.controls.maximum > 0 && (
          <Suspense>
            <ControlSlots {...form.controls} />
          </Suspense>
        )}
        {model && <EpochField model={model} />}
        {model && form && <StackField model={model} {...form.lora} />}
        <Strengths problem={problems.scales} />
        <TextField
          label="Trigger word"
          value={draft.trigger}
          onChange={(trigger) => changeSheetDraft({ trigger })}
          placeholder="Stands in for [trigger]"
          hint={draft.training === null ? undefined : 'Left empty, it is that of the training.'}
        />
        {form && <ListFields form={form} problems={problems} prompts={prompts.length} />}
      </div>
      <aside className={css.plan} aria-label="What it would take">
        <Plan
          body={
            model !== null && form !== null && missingOf(draft, { form, controls }) === null
              ? sheetBody(draft, { model: model.id, form, controls })
              : null
          }
          missing={form === null ? 'The models are not there yet.' : missingOf(draft, { form, controls })}
        />
      </aside>
    </div>
  );
}

/** How strong the LoRAs are, where there are any. */
function Strengths({ problem }: { problem: string | null }) {
  const draft = useSheetDraft();
  const thing = scaledThing(draft);
  if (thing === null) return null;
  return (
    <div className={css.group}>
      <TextField
        label="Strengths"
        value={draft.scales}
        onChange={(scales) => changeSheetDraft({ scales })}
        placeholder="0.6, 0.8, 1"
        hint={`${thing}.`}
        error={problem}
      />
      <SwitchField
        label="Also without LoRA"
        value={draft.withBase}
        onChange={(withBase) => changeSheetDraft({ withBase })}
      />
    </div>
  );
}

interface PlanProps {
  body: ReturnType<typeof sheetBody> | null;
  missing: string | null;
}

function Plan({ body, missing }: PlanProps) {
  const { costs, isOld, isStarting, problem, start, forget } = useSheetCalls(body);
  const text = JSON.stringify(body);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was refused counts for what was refused.
  useEffect(() => forget(), [text, forget]);
  useRenderKeys(start);
  const canStart = costs !== null && !isStarting;
  return (
    <>
      {problem !== null && <Problem problem={problemOfValue(problem, body)} />}
      {missing !== null && <p className={css.note}>{missing}</p>}
      {costs !== null && (
        <div data-old={isOld || undefined} className={css.costs}>
          <FactList rows={costRows(costs)} />
          {costs.warnings.map((warning) => (
            <p key={warning} className={css.warning}>
              {warning}
            </p>
          ))}
        </div>
      )}
      <Button look="primary" large isDisabled={!canStart} onPress={start}>
        {isStarting ? 'Sending…' : costs === null || isOld ? 'Render' : costsText(costs)}
      </Button>
    </>
  );
}

function useRenderKeys(start: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      start();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [start]);
}
