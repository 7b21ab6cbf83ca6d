/**
 * The HTTP server, composed but not listening. Each dialect is a scope of its own with its key check and its wording of
 * errors; what is here holds for all of them.
 */
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { HttpDependencies } from './dependencies.ts';
import { type Dialect, dialectFinder } from './dialect.ts';
import { addAnswerHeaders, requestIdOf } from './hooks/answer-headers.ts';
import { closeSignal } from './hooks/close-signal.ts';
import { allowedOrigins, allowOrigins } from './hooks/cors.ts';
import { rememberRoutes } from './hooks/known-routes.ts';
import { observeAnswers } from './hooks/observe-answers.ts';
import { refuseForeignPages } from './hooks/refuse-foreign-pages.ts';
import { answerError, answerErrors, type WordingOf } from './kit/answer-errors.ts';
import { readCompressedBodies } from './kit/body/compressed-body.ts';
import { readJsonBodies } from './kit/body/json-body.ts';
import { zodValidatorCompiler } from './kit/body/zod-compilers.ts';
import { bearerForm, type KeyCheck, rememberAsker } from './kit/key-check.ts';
import { createLinks } from './kit/links.ts';
import { countWrongKeys, limitRates } from './kit/rate-limit.ts';
import { addDocs, describeRoutes, redirectToDocs } from './system/openapi.ts';
import { addHealthRoutes } from './system/routes-health.ts';
import { addMetricsRoute } from './system/routes-metrics.ts';
import { addPage } from './system/routes-page.ts';

/** Time for a whole request to arrive; a client that sends slower than that is let go. */
const requestTimeoutMs = 5 * 60_000;

export interface AppParts extends HttpDependencies {
  /** What it speaks. The first one words what belongs to none of them. */
  dialects: readonly Dialect[];
  /** Where the page was built; null where it is not. */
  pageFolder: string | null;
}

/** Make the app from what it serves. `ready()` or `listen()` finish its composition. */
export function createApp({ dialects, pageFolder, ...dependencies }: AppParts): FastifyInstance {
  const { config, clock, urlSigner, keys, sessions, metrics } = dependencies;
  const finder = dialectFinder(dialects);
  const wordingOf: WordingOf = (request) => finder.of(request).wordProblem;
  const app = createServer(dependencies, wordingOf);
  const check = {
    keys,
    signer: urlSigner,
    clock,
    countWrongKey: countWrongKeys(app),
    credential: bearerForm,
    showsPublic: config.REGISTRY_PUBLIC,
  };
  const sessionCheck = ({ takesSessions }: Dialect): Pick<KeyCheck, 'session'> =>
    takesSessions ? { session: { sessions, baseUrl: config.BASE_URL } } : {};
  const missingRoute = rememberRoutes(app, finder.at);
  rememberAsker(app);
  addAnswerHeaders(app);
  observeAnswers(app, metrics);
  const allows = allowedOrigins(config.CORS_ORIGINS);
  allowOrigins(app, config.CORS_ORIGINS, allows);
  const closing = closeSignal(app);
  refuseForeignPages(app, { keys, baseUrl: config.BASE_URL, allows });
  readCompressedBodies(app, config.MAX_BODY_MB * 1024 * 1024);
  readJsonBodies(app);
  answerErrors(app, wordingOf, config.MAX_BODY_MB);
  app.setNotFoundHandler(async (request) => {
    throw missingRoute(request);
  });
  limitRates(app, config, keys);
  describeRoutes(app, dialects);
  const linksOf = (request: FastifyRequest) =>
    createLinks({ baseUrl: config.BASE_URL, signer: keys.required ? urlSigner : null, clock }, request);
  app.register(async (scope) => {
    addHealthRoutes(scope, dependencies);
    addMetricsRoute(scope, metrics, check, dialects[0]?.describeProblems);
    for (const dialect of dialects) {
      const parts = { ...dependencies, closing, linksOf, onAccepted: metrics.onAccepted };
      addDialect(scope, dialect, {
        ...parts,
        dialect: dialect.id,
        check: { ...check, credential: dialect.credential, ...sessionCheck(dialect) },
      });
    }
    addDocs(scope, keys, dialects);
    if (pageFolder === null) redirectToDocs(scope);
    else addPage(scope, pageFolder);
  });
  return app;
}

function addDialect(app: FastifyInstance, dialect: Dialect, parts: Parameters<Dialect['routes']>[1]): void {
  app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, dialect: dialect.id };
    });
    dialect.routes(scope, parts);
  });
}

function createServer({ config, log }: HttpDependencies, wordingOf: WordingOf): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    bodyLimit: config.MAX_BODY_MB * 1024 * 1024,
    requestTimeout: requestTimeoutMs,
    genReqId: requestIdOf,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    // Answered by a hook, in the words of the other errors.
    return503OnClosing: false,
    frameworkErrors: (error, _, reply) => answerError(error, reply, wordingOf, config.MAX_BODY_MB),
  });
  app.setValidatorCompiler(zodValidatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app;
}
