import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Verification = Answer<'getVerification'>;
export type VerifiedPair = Verification['pairs'][number];

const lookAgainMs = 1000;

export const startVerification = (training: string): Promise<Verification> =>
  unwrap(api.POST('/v1/verifications', { body: { training } }));

export const verificationQuery = (verification_id: string) =>
  queryOptions({
    queryKey: ['verifications', verification_id],
    queryFn: () =>
      unwrap(api.GET('/v1/verifications/{verification_id}', { params: { path: { verification_id } } })),
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data) ? lookAgainMs : false),
  });

export const hasEnded = ({ status }: Verification): boolean =>
  status !== 'in_queue' && status !== 'in_progress';

export const cancelVerification = (request_id: string): Promise<unknown> =>
  unwrap(api.POST('/v1/requests/{request_id}/cancel', { params: { path: { request_id } } }));
