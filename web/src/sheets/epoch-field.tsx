import { useQuery } from '@tanstack/react-query';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Model } from '../api/models.ts';
import { trainingsQuery } from '../api/trainings.ts';
import { Select } from '../parts/select.tsx';
import css from './builder.module.css';
import { changeSheetDraft, useSheetDraft } from './sheet-draft.ts';

const none = 'none';

/** Epochs of a training on this model, to be compared with each other. */
export function EpochField({ model }: { model: Model }) {
  const { training: chosen, epochs } = useSheetDraft();
  const { data: trainings = [] } = useQuery(trainingsQuery);
  const usable = trainings.filter(({ base, epochs: made }) => base === model.id && made.length > 0);
  const training = usable.find(({ training_id: id }) => id === chosen);
  if (usable.length === 0 && chosen === null) return null;
  const steps = training?.epochs.map(({ step }) => step) ?? [];
  return (
    <div className={css.group}>
      <Select
        label="Epochs of a training"
        search={usable.length > 8}
        value={chosen ?? none}
        onChange={(id) => changeSheetDraft({ training: id === none ? null : id, epochs: null })}
        groups={[
          {
            title: null,
            choices: [
              { id: none, label: 'None' },
              ...usable.map(({ training_id: id, name, epochs: made }) => ({
                ...{ id, label: name },
                aside: `${made.length} ${made.length === 1 ? 'epoch' : 'epochs'}`,
              })),
              ...(chosen !== null && training === undefined ? [{ id: chosen, label: chosen }] : []),
            ],
          },
        ]}
      />
      {training !== undefined && (
        <ToggleButtonGroup
          aria-label="Epochs"
          className={css.epochs ?? ''}
          selectionMode="multiple"
          selectedKeys={epochs ?? steps}
          onSelectionChange={(keys) => {
            const taken = steps.filter((step) => keys.has(step));
            changeSheetDraft({ epochs: taken.length === steps.length ? null : taken });
          }}
        >
          {steps.map((step) => (
            <ToggleButton key={step} id={step} className={css.epoch ?? ''}>
              Step {step}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
    </div>
  );
}
