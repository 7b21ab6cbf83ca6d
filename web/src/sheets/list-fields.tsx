import type { ModelForm } from '../make/model-form.ts';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import css from './builder.module.css';
import type { listProblems } from './sheet-body.ts';
import { changeSheetDraft, useSheetDraft } from './sheet-draft.ts';
import { numberList } from './value-list.ts';

interface ListFieldsProps {
  form: ModelForm;
  problems: ReturnType<typeof listProblems>;
  prompts: number;
}

/** What a picture is rendered with: one value for all, or several to compare. */
export function ListFields({ form, problems, prompts }: ListFieldsProps) {
  const draft = useSheetDraft();
  const seeds = numberList(draft.seeds).values.length;
  return (
    <div className={css.group}>
      <div className={css.lists}>
        <TextField
          label="Seeds"
          value={draft.seeds}
          onChange={(text) => changeSheetDraft({ seeds: text })}
          placeholder="Drawn once"
          hint="42, 43 or 42..45"
          error={problems.seeds}
        />
        <TextField
          label="Steps"
          value={draft.steps}
          onChange={(steps) => changeSheetDraft({ steps })}
          placeholder={String(form.steps.default)}
          error={problems.steps}
        />
        {form.guidance !== null && (
          <TextField
            label="Guidance"
            value={draft.guidance}
            onChange={(guidance) => changeSheetDraft({ guidance })}
            placeholder={String(form.guidance.default)}
            error={problems.guidance}
          />
        )}
        <TextField
          label="Sizes"
          value={draft.sizes}
          onChange={(sizes) => changeSheetDraft({ sizes })}
          placeholder={`${form.sizes.width}x${form.sizes.height}`}
          error={problems.sizes}
        />
      </div>
      {seeds > 1 && seeds === prompts && (
        <SwitchField
          label="One seed for each prompt"
          value={draft.seedForPrompt}
          onChange={(seedForPrompt) => changeSheetDraft({ seedForPrompt })}
        />
      )}
    </div>
  );
}
