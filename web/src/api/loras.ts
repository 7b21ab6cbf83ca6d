import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type LoraFile = Answer<'listLoras'>['loras'][number];

/** Every LoRA file that the server finds, held against a model where one is given. */
export const lorasQuery = (model: string | null = null) =>
  queryOptions({
    queryKey: ['loras', 'list', model],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/loras', { params: { query: model === null ? {} : { model } } }))).loras,
    staleTime: 30_000,
  });

/** What a file says of itself, held against a model where one is given. */
export const loraQuery = (sha256: string, model: string | null) =>
  queryOptions({
    queryKey: ['loras', sha256, model],
    queryFn: () =>
      unwrap(
        api.GET('/v1/loras/{sha256}', {
          params: { path: { sha256 }, query: model === null ? {} : { model } },
        }),
      ),
    staleTime: 30_000,
  });
