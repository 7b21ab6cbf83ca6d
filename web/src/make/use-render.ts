import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { modelQuery, modelsQuery } from '../api/models.ts';
import { ApiProblem, toProblem } from '../api/problem.ts';
import { submit } from '../api/requests.ts';
import { beginningNow, controlsNow, draftNow, useControls, useDraft } from '../draft/draft.ts';
import { lookAt } from '../live/follow.ts';
import { hearing, updateLive } from '../live/live-store.ts';
import { type ModelForm, readModelForm } from './model-form.ts';
import { promptsOf } from './prompt-list.ts';
import { requestBody } from './request-body.ts';
import { rememberSent, showRequest } from './stage-store.ts';

/** The model of the form: the chosen one, or the first that there is. */
export function useChosenModel() {
  const { data: models } = useQuery(modelsQuery);
  const { model } = useDraft();
  const chosen = models?.find(({ id }) => id === model) ?? models?.find(isBundled) ?? models?.[0];
  const { data: described } = useQuery({ ...modelQuery(chosen?.id ?? ''), enabled: chosen !== undefined });
  const schema = described?.form;
  const form = useMemo(() => (schema === undefined ? undefined : readModelForm(schema)), [schema]);
  return { models, model: chosen, form, state: described?.state };
}

/** A model that comes with the server needs nothing but the server. */
const isBundled = ({ base_model_url }: { base_model_url: string | null }): boolean => base_model_url === null;

/** What keeps the form from being sent; null when nothing does. */
export function useMissing(form: ModelForm | undefined): string | null {
  const draft = useDraft();
  const controls = useControls();
  if (form === undefined) return 'The models are not there yet.';
  if (promptsOf(draft).length === 0) return 'Write a prompt first.';
  const given = controls.slice(0, form.controls.maximum).filter((picture) => picture !== null).length;
  if (given < form.controls.minimum)
    return form.controls.minimum === 1
      ? 'This model works from a picture: add one.'
      : `This model works from ${form.controls.minimum} pictures.`;
  return null;
}

/** Sends what stands in the form, and shows it on the stage. */
export function useRender() {
  const { model, form } = useChosenModel();
  const queries = useQueryClient();
  const sent = useMutation({
    mutationFn: async () => {
      if (model === undefined || form === undefined)
        throw new ApiProblem({
          code: 'NO_MODEL',
          message: 'The models are not there yet.',
        });
      const draft = { ...draftNow(), model: model.id };
      const body = requestBody(draft, {
        form,
        controls: controlsNow(),
        beginning: beginningNow(),
        random: Math.random,
      });
      return { body, accepted: await submit(body, crypto.randomUUID()), form };
    },
    onSuccess: ({ body, accepted, form: asked }) => {
      updateLive(accepted.request_id, { position: accepted.position, warnings: accepted.warnings });
      rememberSent({
        id: accepted.request_id,
        prompts: body.prompts.map(({ prompt }) => prompt),
        width: body.width ?? asked.sizes.width,
        height: body.height ?? asked.sizes.height,
      });
      showRequest(accepted.request_id);
      if (hearing.get() !== 'live') void lookAt(accepted.request_id, queries).catch(() => {});
      void queries.invalidateQueries({ queryKey: ['requests'] });
    },
  });
  return {
    send: () => sent.mutate(),
    isSending: sent.isPending,
    problem: sent.error === null ? null : toProblem(sent.error),
  };
}

/** What the server said of a field of what was sent, by the last part of its path. */
export function fieldError(problem: ApiProblem | null, name: string): string | null {
  const found = problem?.fields.find(({ path }) => path === name || path.endsWith(`.${name}`));
  return found === undefined ? null : found.message;
}
