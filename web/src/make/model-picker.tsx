import { useMemo } from 'react';
import type { Model } from '../api/models.ts';
import { changeDraft } from '../draft/draft.ts';
import { Select } from '../parts/select.tsx';

const taskNames: Readonly<Record<Model['task'], string>> = {
  text_to_image: 'Pictures from text',
  image_editing: 'Pictures from pictures',
  text_to_video: 'Videos from text',
  image_to_video: 'Videos from pictures',
};

/** All models, by what they make of what. */
export function ModelPicker({ models, chosen }: { models: readonly Model[]; chosen: Model | null }) {
  const groups = useMemo(() => groupByTask(models), [models]);
  return (
    <Select
      label="Model"
      search
      value={chosen?.id ?? null}
      placeholder="Loading…"
      groups={groups}
      onChange={(model) => changeDraft({ model })}
    />
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
