import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, type Sent, unwrap } from './client.ts';

export type Key = Answer<'listKeys'>['keys'][number];

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await unwrap(api.GET('/v1/keys'))).keys,
});

export const createKey = (body: Sent<'createKey'>) => unwrap(api.POST('/v1/keys', { body }));

export const revokeKey = (key_id: string) =>
  unwrap(api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id } } }));
