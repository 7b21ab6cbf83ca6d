import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { modelQuery, modelsQuery } from '../api/models.ts';
import { readModelForm } from '../make/model-form.ts';
import { useSheetDraft } from './sheet-draft.ts';

/** The model of the builder: the chosen one, or the first that needs nothing but the server. */
export function useSheetModel() {
  const { data: models = [] } = useQuery(modelsQuery);
  const { model: wanted } = useSheetDraft();
  const model =
    models.find(({ id }) => id === wanted) ??
    models.find(({ base_model_url: url }) => url === null) ??
    models[0];
  const { data: described } = useQuery({ ...modelQuery(model?.id ?? ''), enabled: model !== undefined });
  const schema = described?.form;
  const form = useMemo(() => (schema === undefined ? null : readModelForm(schema)), [schema]);
  return { models, model: model ?? null, form, state: described?.state ?? null };
}
