import { queryOptions } from '@tanstack/react-query';
import { api, type Sent, unwrap } from './client.ts';

/** Those of the key. */
export const presetsQuery = queryOptions({
  queryKey: ['presets'],
  queryFn: async () => (await unwrap(api.GET('/v1/presets'))).presets,
  staleTime: 60_000,
});

export const keepPreset = (body: Sent<'keepPreset'>) => unwrap(api.POST('/v1/presets', { body }));

export const deletePreset = (preset_id: string) =>
  unwrap(api.DELETE('/v1/presets/{preset_id}', { params: { path: { preset_id } } }));
