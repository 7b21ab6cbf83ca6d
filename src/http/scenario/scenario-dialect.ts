/** Scenario's API in front of the same core: its models, training sets, assets and jobs, under `/scenario/v1`. */
import type { FastifyInstance } from 'fastify';
import type { Dialect, DialectParts } from '../dialect.ts';
import { requireKey } from '../kit/key-check.ts';
import { basicOrBearerForm } from './credential.ts';
import { scenarioProblem } from './problem.ts';
import { addAssetFileRoute, addAssetRoutes } from './routes/assets.ts';
import { addDownloadFileRoute, addDownloadRoutes } from './routes/download.ts';
import { addEmptyListRoutes } from './routes/empty-lists.ts';
import { addGenerateRoutes } from './routes/generate.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addModelListRoutes } from './routes/model-list.ts';
import { addModelMoveRoutes } from './routes/model-moves.ts';
import { addModelTextRoutes } from './routes/model-texts.ts';
import { addModelRoutes } from './routes/models.ts';
import { addTrainRoutes } from './routes/train.ts';
import { addTrainingSetRoutes } from './routes/training-set.ts';
import { addUploadPartRoute, addUploadRoutes } from './routes/uploads.ts';

const description = `Scenario's API for models, served by Darkroom: point an official SDK at \`<this server>/scenario/v1\`.

Errors are \`{"reason", "name", "details"}\`. Nothing costs anything: costs are there, and 0.`;

export const scenarioDialect: Dialect = {
  id: 'scenario',
  prefix: '/scenario',
  credential: basicOrBearerForm,
  routes: addScenarioRoutes,
  wordProblem: scenarioProblem,
  document: {
    title: 'Darkroom: Scenario’s API',
    description,
    tags: [
      ['models', 'LoRAs and compositions, and the base models that they are for.'],
      ['training sets', 'What a model is trained on.'],
      ['training', 'Training it.'],
      ['generate', 'Making pictures and videos.'],
      ['jobs', 'How work stands.'],
      ['assets', 'Pictures and clips.'],
      ['uploads', 'Files on their way in.'],
    ],
    securityScheme: {
      type: 'http',
      scheme: 'basic',
      description: 'Any name, and a key of `darkroom keys create` as the password; or the key as a bearer.',
    },
  },
  // No request of this API asks for a webhook.
  wordEvent: () => ({}),
};

function addScenarioRoutes(app: FastifyInstance, parts: DialectParts): void {
  app.register(async (scope) => {
    requireKey(scope, parts.check);
    // The SDK announces JSON and sends nothing where there is nothing to say.
    scope.addHook('preValidation', async (request) => {
      request.body ??= {};
    });
    addModelListRoutes(scope, parts);
    addModelRoutes(scope, parts);
    addModelMoveRoutes(scope, parts);
    addModelTextRoutes(scope, parts);
    addTrainingSetRoutes(scope, parts);
    addTrainRoutes(scope, parts);
    addAssetRoutes(scope, parts);
    addJobRoutes(scope, parts);
    addGenerateRoutes(scope, parts);
    addUploadRoutes(scope, parts);
    addDownloadRoutes(scope, parts);
    addEmptyListRoutes(scope, parts);
  });
  app.register(async (scope) => addAssetFileRoute(scope, parts));
  app.register(async (scope) => addUploadPartRoute(scope, parts));
  app.register(async (scope) => addDownloadFileRoute(scope, parts));
}
