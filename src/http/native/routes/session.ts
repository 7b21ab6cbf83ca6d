import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import packageJson from '../../../../package.json' with { type: 'json' };
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { includesScope } from '../../../keys/key-scope.ts';
import type { DialectParts } from '../../dialect.ts';
import { mostAMinute as mostRequests } from '../../kit/rate-limit.ts';
import { assertOwnOrigin, sessionToken, setSessionCookie } from '../../kit/session-cookie.ts';
import { errorResponses } from '../error-docs.ts';
import {
  endedSessionSchema,
  newSessionSchema,
  type SessionResponse,
  sessionSchema,
} from '../schemas/session-schema.ts';

const tags = ['keys'];
const hourMs = 60 * 60 * 1000;
const usualMs = 12 * hourMs;
const rememberedMs = 30 * 24 * hourMs;
/** From one address in a minute: nobody signs in more often. */
const mostAMinute = 30;

const description = `Takes a key and answers with a cookie that stands for it, which no script can read. The browser sends it with each
request from then on; requests other than GET and HEAD must come from a page of this server, by their \`Origin\`. It ends when
it expires, when it is deleted, and when the key is revoked.`;

/** In a scope without a key check: the key is in the body. */
export function addSignInRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { keys, sessions, config } = parts;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/session',
    {
      config: { rateLimit: { max: mostAMinute, allowList: () => !keys.required } },
      schema: {
        tags,
        operationId: 'createSession',
        summary: 'Sign a browser in',
        description,
        body: newSessionSchema,
        response: {
          200: sessionSchema,
          ...errorResponses(
            ...(['INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'UNAUTHORIZED'] as const),
            ...(['FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      if (request.headers.origin !== undefined) assertOwnOrigin(request, config.BASE_URL);
      if (!keys.required) return sessionResponse(openServer(request), parts);
      const { key: text = '', remember } = request.body;
      const key = keys.identify(text.trim());
      if (key === null) return refuse(request, parts);
      const lifetimeMs = remember ? rememberedMs : usualMs;
      const { token, expiresAt } = await sessions.open(key, lifetimeMs);
      setSessionCookie(request, reply, config.BASE_URL, { value: token, seconds: lifetimeMs / 1000 });
      const { id: keyId, scope: held, project } = key;
      return sessionResponse({ keyId, scope: held, project, sessionEnds: expiresAt }, parts);
    },
  );
}

/** Who asks, and signing out: both take any key. */
export function addSessionRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const { sessions, config } = parts;
  const errors = errorResponses('UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL');
  const routes = scope.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/v1/session',
    {
      schema: {
        tags,
        operationId: 'getSession',
        summary: 'Who asks, and what they may do',
        description: 'Of a session, and of a key that is sent as a header.',
        response: { 200: sessionSchema, ...errors },
      },
    },
    async (request) => sessionResponse(request, parts),
  );
  routes.delete(
    '/v1/session',
    {
      schema: {
        tags,
        operationId: 'deleteSession',
        summary: 'Sign a browser out',
        description: 'The session ends, and the cookie is taken away.',
        response: { 200: endedSessionSchema, ...errors },
      },
    },
    async (request, reply) => {
      const token = sessionToken(request, config.BASE_URL);
      const ended = token === null ? false : await sessions.end(token);
      setSessionCookie(request, reply, config.BASE_URL, null);
      return { ended };
    },
  );
}

type Asker = Pick<FastifyRequest, 'keyId' | 'scope' | 'project' | 'sessionEnds'>;

const openServer = ({ project }: FastifyRequest): Asker => ({
  keyId: null,
  scope: 'admin',
  project,
  sessionEnds: null,
});

function sessionResponse(
  { keyId, scope, project, sessionEnds }: Asker,
  { keys, config }: Pick<DialectParts, 'keys' | 'config'>,
): SessionResponse {
  return {
    open: !keys.required,
    scope,
    may_upload: includesScope(scope, config.UPLOAD_SCOPE),
    limits: {
      prompts: config.MAX_PROMPTS,
      loras: config.MAX_LORAS,
      body_mb: config.MAX_BODY_MB,
      requests_per_minute: mostRequests(config, keys) || null,
      waiting: config.MAX_QUEUE_PER_KEY || config.MAX_QUEUE,
      retention_hours: config.RETENTION_HOURS || null,
    },
    version: packageJson.version,
    key_id: keyId,
    project,
    expires_at: sessionEnds?.toISOString() ?? null,
  };
}

/** Counted with the wrong keys that come in a header. */
async function refuse(request: FastifyRequest, { check }: Pick<DialectParts, 'check'>): Promise<never> {
  const wait = (await check.countWrongKey?.(request)) ?? null;
  if (wait === null)
    throw new DarkroomError(
      'UNAUTHORIZED',
      'This is not a key of this server, or it was revoked. Check it for missing or extra characters; "darkroom keys create" makes one.',
    );
  throw new DarkroomError(
    'RATE_LIMITED',
    `Too many wrong API keys came from this address. Check the key, and try again in ${wait} s.`,
    { details: { retryAfterSeconds: wait } },
  );
}
