import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Model = Answer<'listModels'>['models'][number];
export type ModelState = Answer<'getModel'>['state'];

/** All models. They change with the server only. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async () => (await unwrap(api.GET('/v1/models'))).models,
  staleTime: 60_000,
});

/** A model with its form, and how it stands on the machine that renders. */
export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model],
    queryFn: () => unwrap(api.GET('/v1/models/{model}', { params: { path: { model } } })),
    staleTime: 30_000,
  });
