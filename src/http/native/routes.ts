/** The native API: the endpoints of the reference server, and ours beside them. */
import type { FastifyInstance } from 'fastify';
import { answerErrors } from '../kit/answer-errors.ts';
import { type KeyCheck, requireKey, requireKeyOrSignature } from '../kit/key-check.ts';
import type { NativeDependencies } from './dependencies.ts';
import { errorResponse } from './errors.ts';
import { addEventsRoute } from './routes-events.ts';
import { addInferenceRoute } from './routes-inference.ts';
import { addKeyRoutes } from './routes-keys.ts';
import { addModelsRoute } from './routes-models.ts';
import { addOutputRoute } from './routes-outputs.ts';
import { addRequestRoutes } from './routes-requests.ts';
import { addDeliveriesRoute, addWebhookSecretRoute } from './routes-webhooks.ts';

export function addNativeApi(app: FastifyInstance, dependencies: NativeDependencies, check: KeyCheck): void {
  const { MAX_BODY_MB } = dependencies.config;
  app.register(async (scope) => {
    answerErrors(scope, errorResponse, MAX_BODY_MB);
    requireKey(scope, check);
    addInferenceRoute(scope, dependencies);
    addRequestRoutes(scope, dependencies);
    addEventsRoute(scope, dependencies);
    addModelsRoute(scope, dependencies);
    addDeliveriesRoute(scope, dependencies);
  });
  app.register(async (scope) => {
    answerErrors(scope, errorResponse, MAX_BODY_MB);
    requireKey(scope, check, 'admin');
    addKeyRoutes(scope, dependencies);
    addWebhookSecretRoute(scope, dependencies);
  });
  app.register(async (scope) => {
    answerErrors(scope, errorResponse, MAX_BODY_MB);
    requireKeyOrSignature(scope, check);
    addOutputRoute(scope, dependencies);
  });
}
