import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Delivery = Answer<'listRecentDeliveries'>['deliveries'][number];

/** How webhooks were called lately. */
export const deliveriesQuery = queryOptions({
  queryKey: ['webhooks', 'deliveries'],
  queryFn: async () => (await unwrap(api.GET('/v1/webhooks/deliveries'))).deliveries,
  refetchInterval: 10_000,
});

export const webhookSecret = async (): Promise<string> => (await unwrap(api.GET('/v1/webhooks/secret'))).key;
