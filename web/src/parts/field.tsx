import { type ReactNode, useId } from 'react';
import {
  NumberField as AriaNumberField,
  Switch as AriaSwitch,
  Input,
  Label,
  Slider,
  SliderThumb,
  SliderTrack,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import { classes } from './classes.ts';
import css from './field.module.css';

interface FieldProps {
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

interface NumberProps extends FieldProps {
  value: number;
  onChange: (value: number) => void;
  minimum?: number;
  maximum?: number;
  step?: number;
}

export function NumberField({
  label,
  changed,
  hint,
  error,
  action,
  value,
  onChange,
  minimum,
  maximum,
  step,
}: NumberProps) {
  return (
    <AriaNumberField
      className={classes(css.field, error && css.invalid)}
      value={value}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
      minValue={minimum}
      maxValue={maximum}
      step={step}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 4 }}
    >
      <div className={css.head}>
        <Label className={css.label}>
          <LabelText label={label} changed={changed ?? false} />
        </Label>
        {action}
      </div>
      <Input className={classes(css.input, css.number)} />
      <FieldNotes hint={hint} error={error ?? null} />
    </AriaNumberField>
  );
}

interface SliderProps extends NumberProps {
  minimum: number;
  maximum: number;
  step: number;
  /** Values that the slider stays at when it comes near. */
  stops?: readonly number[];
  /** For who sees no label of its own. */
  hideLabel?: boolean;
}

/** A slider with a field beside it, for those who know the number. The field takes what lies beyond the slider too. */
export function SliderField(props: SliderProps) {
  const {
    label,
    changed,
    hint,
    error,
    action,
    value,
    onChange,
    minimum,
    maximum,
    step,
    stops = [],
    hideLabel,
  } = props;
  const snap = (next: number) => stops.find((stop) => Math.abs(stop - next) < step * 1.01) ?? next;
  const share = (place: number) => Math.min(1, Math.max(0, (place - minimum) / (maximum - minimum)));
  const origin = share(Math.max(minimum, Math.min(0, maximum)));
  const at = share(value);
  return (
    <div className={classes(css.field, error && css.invalid)}>
      {!hideLabel && (
        <div className={css.head}>
          <span className={css.label}>
            <LabelText label={label} changed={changed ?? false} />
          </span>
          {action}
        </div>
      )}
      <div className={css.slider}>
        <Slider
          aria-label={label}
          value={Math.min(maximum, Math.max(minimum, value))}
          minValue={minimum}
          maxValue={maximum}
          step={step}
          onChange={(next) => onChange(snap(next))}
        >
          <SliderTrack className={css.track}>
            <div
              className={css.fill}
              style={{ left: `${Math.min(origin, at) * 100}%`, width: `${Math.abs(at - origin) * 100}%` }}
            />
            <SliderThumb className={css.thumb} />
          </SliderTrack>
        </Slider>
        <AriaNumberField
          aria-label={`${label}, as a number`}
          value={value}
          onChange={(next) => Number.isFinite(next) && onChange(next)}
          formatOptions={{ useGrouping: false, maximumFractionDigits: 4 }}
        >
          <Input className={classes(css.input, css.number)} />
        </AriaNumberField>
      </div>
      <FieldNotes hint={hint} error={error ?? null} />
    </div>
  );
}

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
