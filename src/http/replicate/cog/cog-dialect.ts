/**
 * The HTTP API of a Cog container, for each model under a path of its own, in front of the same core: code that talks to a container
 * of one model is given `<this server>/cog/<owner>/<name>` in its place. What a prediction may say is as in Replicate's API.
 */
import type { FastifyInstance } from 'fastify';
import type { Dialect, DialectParts, ToldEvent } from '../../dialect.ts';
import { requireKey } from '../../kit/key-check.ts';
import { bearerOrToken } from '../bearer-or-token.ts';
import { replicateValidator } from '../check-fields.ts';
import { addHealthRoute } from './cog-health-route.ts';
import { addCogModelRoutes } from './cog-model-routes.ts';
import { addCogPredictionRoutes } from './cog-prediction-routes.ts';
import { cogProblem } from './cog-problem.ts';
import { readCogPrediction } from './cog-response.ts';

const description = `The HTTP API that a container of Cog has, for every model of Replicate's API here: \`<this server>/cog/<owner>/<name>\`
stands in the place of the container.

Errors are \`{"detail": …}\`: a text, or a list of the fields that are not right.`;

export const cogDialect: Dialect = {
  id: 'cog',
  prefix: '/cog',
  credential: bearerOrToken,
  routes: addCogRoutes,
  wordProblem: cogProblem,
  document: {
    title: 'Darkroom: Cog’s HTTP API',
    description,
    tags: [
      ['predictions', 'Making pictures.'],
      ['model', 'What they are made with, and how it is.'],
    ],
    securityScheme: {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of `darkroom keys create`, where the server has any.',
    },
  },
  wordEvent: ({ job, links, files, event }: ToldEvent) =>
    readCogPrediction(job, links, {
      files,
      progress: event.type === 'progress' ? event.progress : null,
      now: event.at,
    }),
};

function addCogRoutes(app: FastifyInstance, parts: DialectParts): void {
  app.register(
    async (scope) => {
      scope.setValidatorCompiler(replicateValidator);
      addHealthRoute(scope, parts);
      scope.register(async (own) => {
        requireKey(own, parts.check);
        addCogModelRoutes(own, parts);
        addCogPredictionRoutes(own, parts);
      });
    },
    { prefix: '/cog/:owner/:name' },
  );
}
