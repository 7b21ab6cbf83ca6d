import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { HttpDependencies } from './dependencies.ts';
import type { Dialect } from './dialect.ts';
import { addAnswerHeaders } from './hooks/answer-headers.ts';
import { rememberRoutes } from './hooks/known-routes.ts';
import { answerErrors } from './kit/answer-errors.ts';
import { zodValidatorCompiler } from './kit/body/zod-compilers.ts';
import { bearerForm, rememberAsker } from './kit/key-check.ts';
import { addHealthRoutes } from './system/routes-health.ts';
import { addMetricsRoute } from './system/routes-metrics.ts';

/** No route here takes a body. */
const largestBodyMb = 1;

/**
 * What a worker answers over HTTP: the probes and metrics of the server, and nothing that changes anything. `wordProblem` is
 * that of the dialect which words what belongs to none.
 */
export function createWorkerApp(
  dependencies: Pick<HttpDependencies, 'engine' | 'jobs' | 'keys' | 'metrics' | 'freeBytes' | 'log'> &
    Pick<Dialect, 'wordProblem'>,
): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: dependencies.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBodyMb * 1024 * 1024,
  });
  app.setValidatorCompiler(zodValidatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const missingRoute = rememberRoutes(app);
  rememberAsker(app);
  addAnswerHeaders(app);
  answerErrors(app, () => dependencies.wordProblem, largestBodyMb);
  app.setNotFoundHandler(async (request) => {
    throw missingRoute(request);
  });
  app.register(async (scope) => {
    addHealthRoutes(scope, dependencies);
    addMetricsRoute(scope, dependencies.metrics, { keys: dependencies.keys, credential: bearerForm });
  });
  return app;
}
