import { X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { changeDraft, useDraft } from '../draft/draft.ts';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import { insertIntoPrompt } from './insert-into-prompt.ts';
import css from './make.module.css';
import { promptFlags, withoutFlag } from './prompt-flags.ts';
import { lacksTrigger, promptLines, promptsOf } from './prompt-list.ts';

/** The prompt, its trigger word, and what becomes of several lines. */
export function PromptField({ error }: { error: string | null }) {
  const draft = useDraft();
  const lines = promptLines(draft.prompt);
  const prompts = promptsOf(draft);
  const flags = prompts.flatMap(promptFlags);
  return (
    <div className={css.group}>
      <TextField
        label="Prompt"
        lines
        data-prompt
        value={draft.prompt}
        onChange={(prompt) => changeDraft({ prompt })}
        placeholder="What to render"
        error={error}
        hint={prompts.length > 1 ? `${prompts.length} pictures` : undefined}
      />
      {flags.length > 0 && (
        <ul className={css.chips} aria-label="Settings in the prompt">
          {flags.map((flag) => (
            <li key={flag.text}>
              <AriaButton
                className={css.chip ?? ''}
                aria-label={`Take ${flag.label} out of the prompt`}
                onPress={() => changeDraft({ prompt: withoutFlag(draft.prompt, flag) })}
              >
                {flag.label} <X size={11} aria-hidden />
              </AriaButton>
            </li>
          ))}
        </ul>
      )}
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
          <AriaButton className={css.chip ?? ''} onPress={() => insertIntoPrompt('[trigger]')}>
            Add [trigger]
          </AriaButton>
        </p>
      )}
    </div>
  );
}
