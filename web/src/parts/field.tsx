import { type ReactNode, useId } from 'react';
import { classes } from './classes.ts';
import css from './field.module.css';

export interface FieldProps {
  label: string;
  /** Whether it differs from the default. */
  changed?: boolean;
  hint?: ReactNode;
  error?: string | null;
  /** At the end of the line of the label. */
  action?: ReactNode;
}

export function FieldNotes({ hint, error, id }: Pick<FieldProps, 'hint' | 'error'> & { id?: string }) {
  if (error)
    return (
      <p id={id} className={css.error}>
        {error}
      </p>
    );
  return hint ? (
    <p id={id} className={css.hint}>
      {hint}
    </p>
  ) : null;
}

export function LabelText({ label, changed }: Pick<FieldProps, 'label' | 'changed'>) {
  return (
    <>
      {label}
      {changed && <span className={css.dot} role="img" aria-label="changed" />}
    </>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  placeholder?: string;
  lines?: boolean;
  type?: 'text' | 'password' | 'search';
  inputRef?: React.Ref<HTMLTextAreaElement & HTMLInputElement>;
  autoComplete?: string;
  /** The field that `/` goes to. */
  'data-prompt'?: boolean;
}

/** One line of text, or several. */
export function TextField({
  label,
  changed,
  hint,
  error,
  action,
  lines,
  value,
  onChange,
  inputRef,
  type,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const shared = {
    ...rest,
    id,
    value,
    className: css.input,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error || hint ? `${id}-notes` : undefined,
  };
  return (
    <div className={classes(css.field, error && css.invalid)}>
      <div className={css.head}>
        <label htmlFor={id} className={css.label}>
          <LabelText label={label} changed={changed ?? false} />
        </label>
        {action}
      </div>
      {lines ? (
        <textarea {...shared} ref={inputRef} rows={3} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...shared}
          ref={inputRef}
          type={type ?? 'text'}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <FieldNotes id={`${id}-notes`} hint={hint} error={error ?? null} />
    </div>
  );
}
