import { useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { changeDraft, useDraft } from '../draft/draft.ts';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import css from './make.module.css';
import { lacksTrigger, promptLines, promptsOf } from './prompt-list.ts';

/** The prompt, its trigger word, and what becomes of several lines. */
export function PromptField({ error }: { error: string | null }) {
  const draft = useDraft();
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const lines = promptLines(draft.prompt);
  const prompts = promptsOf(draft);
  const insert = (word: string) => {
    const at = field.current?.selectionStart ?? draft.prompt.length;
    const before = draft.prompt.slice(0, at);
    const gap = before === '' || /[\s,]$/.test(before) ? '' : ', ';
    changeDraft({ prompt: `${before}${gap}${word}${draft.prompt.slice(at)}` });
  };
  return (
    <div className={css.group} data-prompt-group>
      <TextField
        label="Prompt"
        lines
        inputRef={field}
        value={draft.prompt}
        onChange={(prompt) => changeDraft({ prompt })}
        placeholder="What to render"
        error={error}
        hint={prompts.length > 1 ? `${prompts.length} pictures` : undefined}
      />
      {(lines.length > 1 || draft.onePerLine) && (
        <SwitchField
          label={`One picture for each line (${lines.length})`}
          value={draft.onePerLine}
          onChange={(onePerLine) => changeDraft({ onePerLine })}
        />
      )}
      <TextField
        label="Trigger word"
        value={draft.trigger}
        onChange={(trigger) => changeDraft({ trigger })}
        placeholder="Stands in for [trigger]"
      />
      {lacksTrigger(prompts, draft.trigger) && (
        <p className={css.notice}>
          It is not in the prompt yet.
          <AriaButton className={css.chip ?? ''} onPress={() => insert('[trigger]')}>
            Add [trigger]
          </AriaButton>
        </p>
      )}
    </div>
  );
}
