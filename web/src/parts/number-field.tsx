import {
  NumberField as AriaNumberField,
  ButtonContext,
  Input,
  Label,
  Slider,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components';
import { classes } from './classes.ts';
import css from './field.module.css';
import { FieldNotes, type FieldProps, LabelText } from './field.tsx';

interface NumberProps extends FieldProps {
  value: number;
  onChange: (value: number) => void;
  minimum?: number;
  maximum?: number;
  step?: number;
  /** For who sees no label of its own. */
  hideLabel?: boolean;
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
  hideLabel = false,
}: NumberProps) {
  return (
    <AriaNumberField
      aria-label={hideLabel ? label : undefined}
      className={classes(css.field, error && css.invalid)}
      value={value}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
      minValue={minimum}
      maxValue={maximum}
      step={step}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 4 }}
    >
      {!hideLabel && (
        <div className={css.head}>
          <Label className={css.label}>
            <LabelText label={label} changed={changed ?? false} />
          </Label>
          {/* Not one of the two buttons that a field of numbers may have. */}
          <ButtonContext value={null}>{action}</ButtonContext>
        </div>
      )}
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
