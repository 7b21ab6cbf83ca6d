import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Model = Answer<'listModels'>['models'][number];

/** All models. They change with the server only. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async () => (await unwrap(api.GET('/v1/models'))).models,
  staleTime: 60_000,
});
