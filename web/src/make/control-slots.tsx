import { ImagePlus, X } from 'lucide-react';
import { Button, DropZone, FileTrigger } from 'react-aria-components';
import { setControl, useControls } from '../draft/draft.ts';
import { IconButton } from '../parts/button.tsx';
import { toast } from '../parts/toast.tsx';
import css from './make.module.css';

/** A slot for each picture that the model works from, in order. */
export function ControlSlots({ minimum, maximum }: { minimum: number; maximum: number }) {
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
          <Slot key={index} index={index} picture={controls[index] ?? null} />
        ))}
      </div>
    </div>
  );
}

function Slot({ index, picture }: { index: number; picture: string | null }) {
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    if (!file.type.startsWith('image/')) toast(`${file.name} is no picture.`, { look: 'bad' });
    else setControl(index, await asDataUrl(file));
  };
  return (
    <DropZone
      className={css.slot ?? ''}
      aria-label={`Picture ${index + 1}`}
      onDrop={async ({ items }) => {
        const [item] = items.filter((dropped) => dropped.kind === 'file');
        await take(await item?.getFile());
      }}
    >
      {picture === null ? (
        <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => void take(files?.[0])}>
          <Button className={css.slotButton ?? ''} aria-label={`Choose picture ${index + 1}`}>
            <ImagePlus size={18} aria-hidden />
          </Button>
        </FileTrigger>
      ) : (
        <>
          <img src={picture} alt={`To work from, number ${index + 1}`} />
          <span className={css.remove}>
            <IconButton label={`Remove picture ${index + 1}`} onPress={() => setControl(index, null)}>
              <X size={14} aria-hidden />
            </IconButton>
          </span>
        </>
      )}
    </DropZone>
  );
}

/** The file, in the form in which a request carries it. */
export function asDataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'));
    reader.readAsDataURL(file);
  });
}
