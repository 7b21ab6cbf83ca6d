import { queryOptions } from '@tanstack/react-query';
import { type Answer, api } from './client.ts';
import { problemOf } from './problem.ts';

export type Ready = Answer<'getReadiness'>;

/** Whether the server can render, on what, and why not. While it cannot, 503 comes with the same body. */
export const readyQuery = queryOptions({
  queryKey: ['ready'],
  queryFn: async (): Promise<Ready> => {
    const { data, error, response } = await api.GET('/ready');
    const said = data ?? error;
    if (said === undefined || !('devices' in said)) throw problemOf(response, said);
    return said;
  },
  refetchInterval: 30_000,
});
