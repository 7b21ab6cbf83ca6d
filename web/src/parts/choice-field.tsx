import type { ReactNode } from 'react';
import { Switch as AriaSwitch, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { classes } from './classes.ts';
import css from './field.module.css';
import { FieldNotes, type FieldProps, LabelText } from './field.tsx';

interface SwitchProps {
  label: ReactNode;
  value: boolean;
  onChange: (value: boolean) => void;
  hint?: ReactNode;
}

export function SwitchField({ label, value, onChange, hint }: SwitchProps) {
  return (
    <div className={css.field}>
      <AriaSwitch className={classes(css.switch)} isSelected={value} onChange={onChange}>
        <span className={css.knob} />
        <span>{label}</span>
      </AriaSwitch>
      <FieldNotes hint={hint} />
    </div>
  );
}

interface SegmentsProps<Value extends string> extends FieldProps {
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  hideLabel?: boolean;
}

/** One of a few, all of them in sight. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { label, value, options, onChange, changed, hint, error, action, hideLabel } = props;
  return (
    <div className={css.field}>
      {!hideLabel && (
        <div className={css.head}>
          <span className={css.label}>
            <LabelText label={label} changed={changed ?? false} />
          </span>
          {action}
        </div>
      )}
      <ToggleButtonGroup
        aria-label={label}
        className={css.segments}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[value]}
        onSelectionChange={(keys) => {
          const next = options.find((option) => keys.has(option.value));
          if (next !== undefined) onChange(next.value);
        }}
      >
        {options.map((option) => (
          <ToggleButton key={option.value} id={option.value} className={classes(css.segment)}>
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <FieldNotes hint={hint} error={error ?? null} />
    </div>
  );
}
