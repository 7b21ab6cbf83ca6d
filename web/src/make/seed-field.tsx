import { Dices } from 'lucide-react';
import { changeDraft, type Draft, useDraft } from '../draft/draft.ts';
import { IconButton } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { NumberField } from '../parts/number-field.tsx';
import css from './make.module.css';

const modes: readonly { value: Draft['seed']['mode']; label: string }[] = [
  { value: 'walk', label: 'Counts up' },
  { value: 'same', label: 'Same for all' },
  { value: 'random', label: 'Random' },
];

/** Which noise a picture begins with. */
export function SeedField({ error }: { error: string | null }) {
  const { seed } = useDraft();
  const set = (change: Partial<Draft['seed']>) => changeDraft({ seed: { ...seed, ...change } });
  return (
    <div className={css.group}>
      <Segments label="Seed" value={seed.mode} options={modes} onChange={(mode) => set({ mode })} />
      {seed.mode !== 'random' && (
        <div className={css.seedRow}>
          <NumberField
            label={seed.mode === 'walk' ? 'Of the first picture' : 'Of every picture'}
            value={seed.value}
            minimum={0}
            maximum={Number.MAX_SAFE_INTEGER}
            onChange={(value) => set({ value })}
            error={error}
          />
          <IconButton
            look="plain"
            label="Draw one"
            onPress={() => set({ value: Math.floor(Math.random() * 2 ** 32) })}
          >
            <Dices size={16} aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  );
}
