import { Code } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { Model } from '../api/models.ts';
import { beginningNow, changeDraft, controlsNow, useDraft } from '../draft/draft.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { LoraStack } from './lora-stack.tsx';
import css from './make.module.css';
import type { ModelForm } from './model-form.ts';
import { ModelPicker } from './model-picker.tsx';
import { MoreFields } from './more-fields.tsx';
import { PromptField } from './prompt-field.tsx';
import { promptsOf } from './prompt-list.ts';
import { requestBody } from './request-body.ts';
import { SeedField } from './seed-field.tsx';
import { SizeField } from './size-field.tsx';
import { fieldError, useChosenModel, useMissing, useRender } from './use-render.ts';

const ControlSlots = lazy(async () => ({ default: (await import('./control-slots.tsx')).ControlSlots }));
const BeginningSlots = lazy(async () => ({ default: (await import('./control-slots.tsx')).BeginningSlots }));
const PresetField = lazy(async () => ({ default: (await import('./preset-field.tsx')).PresetField }));
const SnippetDialog = lazy(async () => ({
  default: (await import('../snippet/snippet-dialog.tsx')).SnippetDialog,
}));

/** Everything that a request says, in the order in which people think of it. */
export function MakeForm({ onSent }: { onSent: () => void }) {
  const { models, model, form, state } = useChosenModel();
  const { send, isSending, problem } = useRender();
  const missing = useMissing(form);
  const [showCode, setShowCode] = useState(false);
  const render = () => {
    if (missing !== null || isSending) return;
    send();
    onSent();
  };
  useRenderKeys(render, () => setShowCode(true));
  return (
    <>
      <div className={css.fields}>
        <ModelPicker
          models={models ?? []}
          chosen={model ?? null}
          state={state ?? null}
          onChoose={(id) => changeDraft({ model: id })}
        />
        <PromptField error={fieldError(problem, 'prompt')} />
        {form && form.controls.maximum > 0 && (
          <Suspense>
            <ControlSlots {...form.controls} />
          </Suspense>
        )}
        {form?.beginning && (
          <Suspense>
            <BeginningSlots mask={form.beginning.mask} />
          </Suspense>
        )}
        {form && model && <LoraStack model={model} {...form.lora} />}
        {form && model && (
          <Suspense>
            <PresetField model={model.id} form={form} />
          </Suspense>
        )}
        {form && (
          <SizeField
            rules={form.sizes}
            error={fieldError(problem, 'width') ?? fieldError(problem, 'height')}
          />
        )}
        <SeedField error={fieldError(problem, 'seed')} />
        {form && <MoreFields form={form} problem={problem} />}
      </div>
      <div className={css.foot}>
        {problem !== null && <Problem problem={problem} />}
        {missing !== null && <p className={css.missing}>{missing}</p>}
        <div className={css.send}>
          <SendButton isDisabled={missing !== null || isSending} onPress={render} />
          <IconButton look="plain" label="The request as code" shortcut="s" onPress={() => setShowCode(true)}>
            <Code size={16} aria-hidden />
          </IconButton>
        </div>
      </div>
      {form && model && (
        <Snippet model={model} form={form} isOpen={showCode} onClose={() => setShowCode(false)} />
      )}
    </>
  );
}

function SendButton({ isDisabled, onPress }: { isDisabled: boolean; onPress: () => void }) {
  const count = promptsOf(useDraft()).length;
  return (
    <Button look="primary" large isDisabled={isDisabled} onPress={onPress}>
      {count > 1 ? `Render ${count} pictures` : 'Render'}
      <kbd>Ctrl ⏎</kbd>
    </Button>
  );
}

interface SnippetProps {
  model: Model;
  form: ModelForm;
  isOpen: boolean;
  onClose: () => void;
}

function Snippet({ model, form, isOpen, onClose }: SnippetProps) {
  const draft = useDraft();
  if (!isOpen) return null;
  const body = requestBody(
    { ...draft, model: model.id },
    { form, controls: controlsNow(), beginning: beginningNow(), random: () => 0.5 },
  );
  return (
    <Suspense>
      <SnippetDialog body={body} onClose={onClose} />
    </Suspense>
  );
}

/** Ctrl+Enter renders from anywhere on the screen; `s` shows the code when nobody types. */
function useRenderKeys(render: () => void, showCode: () => void): void {
  const latest = useRef({ render, showCode });
  latest.current = { render, showCode };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        latest.current.render();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
