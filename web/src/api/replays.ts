import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Replay = Answer<'getReplay'>;

const lookAgainMs = 500;

/** The file goes as it is: its bytes are what it is compared by. */
export const startReplay = (file: File): Promise<Replay> =>
  unwrap(
    api.POST('/v1/replays', {
      body: {},
      bodySerializer: () => file,
      headers: { 'Content-Type': file.type || 'application/octet-stream' },
    }),
  );

export const replayQuery = (replay_id: string) =>
  queryOptions({
    queryKey: ['replays', replay_id],
    queryFn: () => unwrap(api.GET('/v1/replays/{replay_id}', { params: { path: { replay_id } } })),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : lookAgainMs),
  });

const hasEnded = ({ status }: Replay): boolean => status !== 'in_queue' && status !== 'in_progress';
