import { ImagePlus, X } from 'lucide-react';
import { Button, DropZone, FileTrigger } from 'react-aria-components';
import { setBeginning, setControl, useBeginning, useControls } from '../draft/draft.ts';
import { asDataUrl, sizeOfPicture } from '../draft/picture-data.ts';
import { IconButton } from '../parts/button.tsx';
import { toast } from '../parts/toast.tsx';
import css from './make.module.css';
import type { ControlRules } from './model-form.ts';
import { pictureProblem } from './picture-problem.ts';

/** A slot for each picture that the model works from, in order. */
export function ControlSlots(rules: ControlRules) {
  const { minimum, maximum } = rules;
  const controls = useControls();
  const filled = controls.slice(0, maximum).filter((picture) => picture !== null).length;
  const slots = Array.from({ length: Math.min(maximum, Math.max(minimum, filled + 1)) }, (_, index) => index);
  return (
    <div className={css.group}>
      <div className={css.groupHead}>
        <h3>{minimum > 0 ? 'Picture to work from' : 'Pictures to work from, if any'}</h3>
      </div>
      <div className={css.slots}>
        {slots.map((index) => (
          <Slot
            key={index}
            label={`Picture ${index + 1}`}
            picture={controls[index] ?? null}
            onChange={(picture) => setControl(index, picture)}
            check={(size) => pictureProblem(size, rules)}
          />
        ))}
      </div>
    </div>
  );
}

/** A picture that the model makes another of, and the mask of what it makes anew. */
export function BeginningSlots({ mask }: { mask: boolean }) {
  const beginning = useBeginning();
  return (
    <div className={css.group}>
      <div className={css.groupHead}>
        <h3>Picture to begin with, if any</h3>
      </div>
      <div className={css.slots}>
        <Slot
          label="Picture to begin with"
          picture={beginning.image}
          onChange={(image) => setBeginning({ image })}
        />
        {mask && beginning.image !== null && (
          <Slot
            label="Mask: white is made anew"
            picture={beginning.mask}
            onChange={(next) => setBeginning({ mask: next })}
          />
        )}
      </div>
    </div>
  );
}

interface SlotProps {
  label: string;
  picture: string | null;
  onChange: (picture: string | null) => void;
  /** Why a picture of a size cannot be used; null when it can. */
  check?: (size: { width: number; height: number }) => string | null;
}

function Slot({ label, picture, onChange, check }: SlotProps) {
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const given = file.type.startsWith('image/') ? await asDataUrl(file) : null;
    const size = given === null ? null : await sizeOfPicture(given);
    if (given === null || size === null) return toast(`${file.name} is no picture.`, { look: 'bad' });
    const problem = check?.(size) ?? null;
    if (problem === null) onChange(given);
    else toast(`${file.name}: ${problem}`, { look: 'bad' });
  };
  return (
    <DropZone
      className={css.slot ?? ''}
      aria-label={label}
      onDrop={async ({ items }) => {
        const [item] = items.filter((dropped) => dropped.kind === 'file');
        await take(await item?.getFile());
      }}
    >
      {picture === null ? (
        <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => void take(files?.[0])}>
          <Button className={css.slotButton ?? ''} aria-label={`Choose: ${label}`}>
            <ImagePlus size={18} aria-hidden />
          </Button>
        </FileTrigger>
      ) : (
        <>
          <img src={picture} alt={label} />
          <span className={css.remove}>
            <IconButton label={`Remove: ${label}`} onPress={() => onChange(null)}>
              <X size={14} aria-hidden />
            </IconButton>
          </span>
        </>
      )}
    </DropZone>
  );
}
