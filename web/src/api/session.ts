import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';
import { toProblem } from './problem.ts';

export type Session = Answer<'getSession'>;
type Scope = Session['scope'];

const rank: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 };

/** Who is asking; null for a browser that has to sign in first. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await unwrap(api.GET('/v1/session'));
    } catch (error) {
      if (toProblem(error).status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const signIn = (key: string, remember: boolean) =>
  unwrap(api.POST('/v1/session', { body: { key, remember } }));

export const signOut = () => unwrap(api.DELETE('/v1/session'));

/** Whether the session may do what takes this scope. */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(sessionQuery);
  return data ? rank[data.scope] >= rank[scope] : false;
}
