/** Replicate's API in front of the same core, under `/replicate/v1`: predictions with the models of this server. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Dialect, DialectParts, ToldEvent } from '../dialect.ts';
import { requireKey, requireKeyOrSignature } from '../kit/key-check.ts';
import { sendOutput } from '../kit/send-output.ts';
import { bearerOrToken } from './bearer-or-token.ts';
import { replicateValidator } from './check-fields.ts';
import { addFileDownloadRoute, addFileRoutes } from './files/routes-files.ts';
import { fromPredictionId } from './ids.ts';
import { predictionAnswer } from './prediction-answer.ts';
import { replicateProblem } from './problem.ts';
import { addAccountRoutes, addWebhookSecretRoute } from './routes-account.ts';
import { addChangeModelRoutes } from './routes-change-models.ts';
import { addDeploymentRoutes } from './routes-deployments.ts';
import { addModelRoutes } from './routes-models.ts';
import { addPredictionRoutes } from './routes-predictions.ts';
import { addSearchRoutes } from './routes-search.ts';
import { addStreamRoute } from './stream/routes-stream.ts';
import { isTraining } from './trainings/find-training.ts';
import { addTrainingRoutes, addWeightsRoute } from './trainings/routes-trainings.ts';
import { trainingAnswer } from './trainings/training-answer.ts';

const description = `Replicate's API for models, served by Darkroom: point an official client at \`<this server>/replicate\`.

Errors are problem details (RFC 9457) with \`invalid_fields\`.`;

export const replicateDialect: Dialect = {
  id: 'replicate',
  prefix: '/replicate',
  credential: bearerOrToken,
  routes: addReplicateRoutes,
  wordProblem: replicateProblem,
  document: {
    title: 'Darkroom: Replicate’s API',
    description,
    tags: [
      ['predictions', 'Making pictures.'],
      ['trainings', 'Making LoRAs.'],
      ['files', 'What goes into both.'],
      ['models', 'What they are made with.'],
      ['account', 'Who asks, and what there is to run on.'],
    ],
    securityScheme: {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of `darkroom keys create`, where the server has any.',
    },
  },
  wordEvent: ({ job, links, event }: ToldEvent) => {
    const progress = event.type === 'progress' ? event.progress : null;
    const told = { links, progress, now: event.at };
    return isTraining(job) ? trainingAnswer(job, told) : predictionAnswer(job, told);
  },
};

/**
 * The clients differ in whether their base URL ends in `/v1` or they add it, so that one given the other's finds its routes too.
 * Answers name the first.
 */
const bases = ['/replicate/v1', '/replicate', '/replicate/v1/v1'];

function addReplicateRoutes(app: FastifyInstance, parts: DialectParts): void {
  app.register(async (scope) => addStreamRoute(scope, parts));
  for (const base of bases)
    app.register(
      async (scope) => {
        scope.setValidatorCompiler(replicateValidator);
        if (base !== bases[0]) hideRoutes(scope);
        addRoutes(scope, parts);
      },
      { prefix: base },
    );
}

/** Leave them out of the description of the API. */
function hideRoutes(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true };
  });
}

const allowOrigin = 'access-control-allow-origin';

function addRoutes(app: FastifyInstance, parts: DialectParts): void {
  app.register(async (scope) => {
    requireKey(scope, parts.check);
    addPredictionRoutes(scope, parts);
    addTrainingRoutes(scope, parts);
    addFileRoutes(scope, parts);
    addModelRoutes(scope, parts);
    addChangeModelRoutes(scope, parts);
    addSearchRoutes(scope, parts);
    addDeploymentRoutes(scope, parts);
    addAccountRoutes(scope, parts);
  });
  app.register(async (scope) => {
    requireKey(scope, parts.check, 'admin');
    addWebhookSecretRoute(scope, parts);
  });
  app.register(async (scope) => addFileDownloadRoute(scope, parts));
  app.register(async (scope) => addWeightsRoute(scope, parts));
  app.register(async (scope) => {
    requireKeyOrSignature(scope, parts.check);
    scope.get<{ Params: { id: string; file: string } }>(
      '/outputs/:id/:file',
      { schema: { hide: true } },
      async (request, reply) => {
        const { id, file } = request.params;
        // Whoever has a signed URL may show the picture on any page; it says nothing of who asks.
        if ('signature' in z.looseObject({}).parse(request.query) && !reply.hasHeader(allowOrigin))
          reply.header(allowOrigin, '*');
        const index = /^out-(\d{1,4})\.\w+$/.exec(file)?.[1] ?? file;
        return sendOutput({ request, reply }, { job: fromPredictionId(id), index, download: false }, parts);
      },
    );
  });
}
