import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { advice, said } from '../../errors/sentence.ts';
import type { Keys } from '../../keys/open-keys.ts';

/** By its route: a path has many spellings, and all of them lead there. */
const isApi = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config?.dialect !== undefined;

/** Ten times a client that asks ten times a second how its request is doing. */
const usualLimit = 6000;
const windowMs = 60_000;
/** Keys and addresses that are counted at once; the one that was silent longest is forgotten first. */
const mostCounted = 10_000;

/** Requests that a key may send in a minute; 0: any number. */
export const mostAMinute = (
  { RATE_LIMIT_PER_MINUTE: own }: Pick<Config, 'RATE_LIMIT_PER_MINUTE'>,
  { required }: Pick<Keys, 'required'>,
): number => own ?? (required ? usualLimit : 0);

/**
 * Bound what each key sends in a minute, or each address where nobody is asked for a key. Register in the app, before the
 * scopes; their key checks run first. Each process counts for itself.
 */
export function limitRates(
  app: FastifyInstance,
  config: Pick<Config, 'RATE_LIMIT_PER_MINUTE'>,
  keys: Pick<Keys, 'required'>,
): void {
  const limit = (): number => mostAMinute(config, keys);
  app.register(rateLimit, {
    global: true,
    cache: mostCounted,
    timeWindow: windowMs,
    max: () => limit(),
    allowList: (request) => limit() === 0 || !isApi(request),
    keyGenerator: (request) => request.keyId ?? request.ip,
    errorResponseBuilder: (_, { max, ttl }) => {
      const seconds = Math.max(1, Math.ceil(ttl / 1000));
      return new DarkroomError(
        'RATE_LIMITED',
        said`More than ${max} requests in a minute (RATE_LIMIT_PER_MINUTE). Try again in ${seconds} s${advice`; to follow a request, its ${placeNamed('events')} takes one request instead of many`}.`,
        { details: { limit: max, retryAfterSeconds: seconds } },
      );
    },
  });
}

/** What an address may send of keys that are none, in a minute: enough for a slip, and nothing for who tries them out. */
const mostWrongKeys = 20;

/** Counts a wrong key of an address. Resolves to the seconds to wait when there were too many, else to null. */
export type CountWrongKey = (request: FastifyRequest) => Promise<number | null>;

/** Call after `limitRates`. A right key is taken all the same, so that nobody locks out the others behind a proxy. */
export function countWrongKeys(app: FastifyInstance): CountWrongKey {
  let count: ReturnType<FastifyInstance['createRateLimit']> | null = null;
  return async (request) => {
    count ??= app.createRateLimit({
      max: mostWrongKeys,
      timeWindow: windowMs,
      allowList: [],
      keyGenerator: ({ ip }) => ip,
    });
    const counted = await count(request);
    return !counted.isAllowed && counted.isExceeded ? Math.max(1, counted.ttlInSeconds) : null;
  };
}
