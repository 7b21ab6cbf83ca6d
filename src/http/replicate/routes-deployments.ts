import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { DialectParts } from '../dialect.ts';
import { onlyPage } from './page.ts';

/** What Replicate has and a server of one's own does not: it says so in a way that the clients understand. */
export function addDeploymentRoutes(scope: FastifyInstance, _: DialectParts): void {
  const schema = { hide: true };
  for (const list of ['/collections', '/deployments'])
    scope.get(list, { schema }, async () => ({ ...onlyPage, results: [] }));
  scope.get<{ Params: { slug: string } }>('/collections/:slug', { schema }, async (request) => {
    throw nothing(`collection "${request.params.slug.slice(0, 64)}"`);
  });
  scope.route<{ Params: { owner: string; name: string } }>({
    method: ['GET', 'PATCH', 'DELETE'],
    url: '/deployments/:owner/:name',
    schema,
    handler: async ({ params: { owner, name } }) => {
      throw nothing(`deployment "${`${owner}/${name}`.slice(0, 64)}"`);
    },
  });
  for (const url of ['/deployments', '/deployments/:owner/:name/predictions'])
    scope.post(url, { schema }, async (_request, reply) =>
      reply.code(501).type('application/problem+json').send({
        title: 'Not implemented',
        status: 501,
        detail:
          'This server has no deployments: every model of it can be run by its name. Send POST /models/{owner}/{name}/predictions.',
      }),
    );
}

const nothing = (what: string): DarkroomError =>
  new DarkroomError(
    'NOT_FOUND',
    `There is no ${what} here: this server has models alone. GET /models lists them.`,
  );
