import { useMemo } from 'react';
import type { Model, ModelState } from '../api/models.ts';
import { FieldNotes } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';

const taskNames: Readonly<Record<Model['task'], string>> = {
  text_to_image: 'Pictures from text',
  image_editing: 'Pictures from pictures',
  text_to_video: 'Videos from text',
  image_to_video: 'Videos from pictures',
};

interface ModelPickerProps {
  models: readonly Model[];
  chosen: Model | null;
  state: ModelState | null;
  onChoose: (model: string) => void;
}

/** All models, by what they make of what, and what the chosen one lacks on this machine. */
export function ModelPicker({ models, chosen, state, onChoose }: ModelPickerProps) {
  const groups = useMemo(() => groupByTask(models), [models]);
  const note = state === null ? null : lackText(state);
  return (
    <>
      <Select
        label="Model"
        search
        value={chosen?.id ?? null}
        placeholder="Loading…"
        groups={groups}
        onChange={onChoose}
      />
      <FieldNotes hint={note} />
    </>
  );
}

function groupByTask(models: readonly Model[]) {
  return Object.entries(taskNames).map(([task, title]) => ({
    title,
    choices: models
      .filter((model) => model.task === task)
      .map((model) => ({
        id: model.id,
        label: model.label,
        aside: model.gated ? 'licence' : `${Math.round(model.memory_gib)} GiB`,
      })),
  }));
}

/** What has to happen before it can render; null when nothing has. */
function lackText({ installed, missing_bytes: missing, fits }: ModelState): string | null {
  if (fits === false) return 'It is likely too large for this machine.';
  if (installed !== false) return null;
  const size = missing === null ? '' : `, about ${Math.ceil(missing / 1e9)} GB`;
  return `Its checkpoint is not here yet: the first request downloads it${size}.`;
}
