import { ArrowLeftRight, ImageIcon } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { changeValue, useBeginning, useControls, useDraft } from '../draft/draft.ts';
import { sizeOfPicture } from '../draft/picture-data.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { FieldNotes } from '../parts/field.tsx';
import { NumberField } from '../parts/number-field.tsx';
import css from './make.module.css';
import { type SizeRules, shapeOf, shapes, sizeNote, sizeOfShape } from './sizes.ts';

/** The shape of the picture, and its sides. */
export function SizeField({ rules, error }: { rules: SizeRules; error: string | null }) {
  const { values } = useDraft();
  const size = { width: numberOf(values.width, rules.width), height: numberOf(values.height, rules.height) };
  const set = (width: number, height: number) => {
    changeValue('width', width === rules.width && height === rules.height ? undefined : width);
    changeValue('height', width === rules.width && height === rules.height ? undefined : height);
  };
  const note = sizeNote(size, rules);
  const [control = null] = useControls();
  const { image } = useBeginning();
  const picture = control ?? image;
  const chosen = shapeOf(size, rules);
  const isDefault = size.width === rules.width && size.height === rules.height;
  return (
    <div className={css.group}>
      <div className={css.groupHead}>
        <h3>Size</h3>
        {!isDefault && (
          <Button look="quiet" onPress={() => set(rules.width, rules.height)}>
            Reset
          </Button>
        )}
      </div>
      <div className={css.shapes}>
        {shapes.map(({ id, label, ratio }) => (
          <AriaButton
            key={id}
            className={css.shape ?? ''}
            aria-pressed={chosen === id}
            onPress={() => {
              const next = sizeOfShape(ratio, rules);
              set(next.width, next.height);
            }}
          >
            <i style={outline(ratio)} />
            {label}
          </AriaButton>
        ))}
        {picture !== null && (
          <AriaButton
            className={css.shape ?? ''}
            onPress={async () => {
              const given = await sizeOfPicture(picture);
              if (given === null) return;
              const next = sizeOfShape(given.width / given.height, rules);
              set(next.width, next.height);
            }}
          >
            <ImageIcon size={16} aria-hidden />
            Picture
          </AriaButton>
        )}
      </div>
      <div className={css.sizeRow}>
        <NumberField
          label="Width"
          value={size.width}
          minimum={16}
          maximum={8192}
          onChange={(width) => set(width, size.height)}
        />
        <IconButton label="Turn" onPress={() => set(size.height, size.width)}>
          <ArrowLeftRight size={15} aria-hidden />
        </IconButton>
        <NumberField
          label="Height"
          value={size.height}
          minimum={16}
          maximum={8192}
          onChange={(height) => set(size.width, height)}
        />
      </div>
      <FieldNotes
        error={error ?? (note?.refused ? note.text : null)}
        hint={note?.refused ? undefined : note?.text}
      />
    </div>
  );
}

const longest = 18;
const outline = (ratio: number) =>
  ratio >= 1 ? { width: longest, height: longest / ratio } : { width: longest * ratio, height: longest };

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;
