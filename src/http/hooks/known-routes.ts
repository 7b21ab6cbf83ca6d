import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nearestId } from '../../catalog/nearest-id.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { advice, said } from '../../errors/sentence.ts';

interface KnownRoute {
  /** As declared, such as `/v1/requests/:request_id/status`. */
  path: string;
  pattern: RegExp;
  methods: Set<string>;
}

/**
 * Remember every route as it is declared, to answer well what matches none: call before the first route. Only routes of the
 * same API, by `apiOf` their path, are suggested.
 */
export function rememberRoutes(
  app: FastifyInstance,
  apiOf: (path: string) => unknown = () => null,
): (request: FastifyRequest) => DarkroomError {
  const routes = new Map<string, KnownRoute>();
  app.addHook('onRoute', ({ url, method }) => {
    // Where CORS answers preflights.
    if (url === '*') return;
    const known = routes.get(url) ?? { path: url, pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) known.methods.add(name);
    routes.set(url, known);
  });
  return (request) => missing([...routes.values()], request, apiOf);
}

function missing(
  routes: readonly KnownRoute[],
  request: FastifyRequest,
  apiOf: (path: string) => unknown,
): DarkroomError {
  const path = (request.url.split('?')[0] ?? '').slice(0, 300);
  const allowed = routes
    .filter((route) => route.pattern.test(path))
    .flatMap((route) => [...route.methods])
    .sort();
  // A route that was asked for and has no such file has said so itself.
  if (allowed.length > 0 && !allowed.includes(request.method)) {
    return new DarkroomError(
      'METHOD_NOT_ALLOWED',
      `${request.method} does not work on ${path}. Allowed: ${allowed.join(', ')}.`,
      { details: { allowed } },
    );
  }
  const nearest = nearestId(
    path,
    routes.map((route) => route.path).filter((known) => !known.includes('*') && apiOf(known) === apiOf(path)),
  );
  return new DarkroomError(
    'NOT_FOUND',
    said`There is no ${path} here.${nearest === null ? '' : ` Did you mean ${nearest}?`}${advice` ${placeNamed('documentation')} lists the endpoints.`}`,
    { details: nearest === null ? {} : { nearest } },
  );
}

/** A declared path as a pattern: `:name` is one part, a final `*` the rest. */
function patternOf(path: string): RegExp {
  const source = path
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}/?$`);
}
