import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { advice, said } from '../../errors/sentence.ts';
import type { UrlSigner } from '../../files/signed-url.ts';
import { localProject } from '../../keys/key-record.ts';
import { includesScope, type KeyScope } from '../../keys/key-scope.ts';
import type { Keys, KnownKey } from '../../keys/open-keys.ts';
import type { Session } from '../../keys/open-sessions.ts';
import type { CountWrongKey } from './rate-limit.ts';
import { type SessionCheck, sessionOf } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Id of the API key that the request came with; null on an open server or with a signed URL. */
    keyId: string | null;
    /** Id of the project that it acts in: that of its key. */
    project: string;
    /** What it may do: all on an open server, looking with a signed URL. */
    scope: KeyScope;
    /** When the session ends that it came with; null without one. */
    sessionEnds: Date | null;
    /** Whether it may see requests that other keys sent: an admin, anyone on an open server, a signed URL. */
    seesAll: boolean;
    /** It came without a key, on a server that shows what is public to all. */
    onlyPublic: boolean;
  }
  interface FastifyContextConfig {
    /** What is public may be read here without a key, where the server and the dialect allow it. */
    showsPublic?: true;
  }
}

/** How the requests of a dialect carry a key. */
export interface CredentialForm {
  /** The header that it comes in, in lower case. */
  header: string;
  /** The key in a value of that header; null when it is not of the form. */
  read(value: string): string | null;
  /** A value of the header that stands for no key at all, by clients that look at what is public. Absent: there is none. */
  publicValue?: string;
  /** `WWW-Authenticate` of a refusal (RFC 9110, 11.6.1); null for none. */
  challenge: string | null;
}

/** `Authorization: Bearer <key>` (RFC 6750). */
export const bearerForm: CredentialForm = {
  header: 'authorization',
  read: (header) => /^bearer +(\S+) *$/i.exec(header)?.[1] ?? null,
  challenge: 'Bearer',
};

export interface KeyCheck {
  credential: CredentialForm;
  keys: Pick<Keys, 'required' | 'identify'>;
  /** Whether what is public may be read without a key. */
  showsPublic?: boolean;
  /** Absent where nobody counts them. */
  countWrongKey?: CountWrongKey;
  /** Where a browser may come with a session in place of a key. */
  session?: SessionCheck;
  signer: UrlSigner;
  clock: () => Date;
}

type Admission = Pick<KeyCheck, 'keys' | 'countWrongKey' | 'credential' | 'session' | 'showsPublic'>;

/** Call before the scopes that ask for keys: what is known of who asks, until a check finds out more. */
export function rememberAsker(app: FastifyInstance): void {
  app.decorateRequest('keyId', null);
  app.decorateRequest('project', localProject);
  app.decorateRequest('scope', 'read');
  app.decorateRequest('sessionEnds', null);
  app.decorateRequest('seesAll', false);
  app.decorateRequest('onlyPublic', false);
}

/**
 * Ask for a key on every route of this scope, before anything of a body is read. Without `needed`, looking takes the scope
 * `read` and everything else `write`.
 */
export function requireKey(app: FastifyInstance, check: Admission, needed?: KeyScope): void {
  app.addHook('onRequest', async (request, reply) => {
    await admit(request, reply, check, needed ?? scopeOf(request.method));
  });
}

/** The same for a scope whose URLs may be signed instead: the signature covers the path and the time it expires. */
export function requireKeyOrSignature(app: FastifyInstance, check: KeyCheck): void {
  app.addHook('onRequest', async (request, reply) => {
    const query = signatureQuery.safeParse(request.query);
    if (!check.keys.required || !query.success || request.headers[check.credential.header] !== undefined) {
      await admit(request, reply, check, scopeOf(request.method));
      return;
    }
    const path = request.url.split('?')[0] ?? '';
    if (!check.signer.verify(path, query.data, check.clock())) {
      throw new DarkroomError(
        'FORBIDDEN',
        'This link has expired or was altered. Ask for the result again to get a new one.',
      );
    }
    request.seesAll = true;
  });
}

const signatureQuery = z.object({ expires: z.string(), signature: z.string() });

/** QUERY is a GET with a body. */
const looks = ['GET', 'HEAD', 'QUERY'];

const scopeOf = (method: string): KeyScope => (looks.includes(method) ? 'read' : 'write');

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  check: Admission,
  needed: KeyScope,
): Promise<void> {
  if (!check.keys.required) {
    request.seesAll = true;
    request.scope = 'admin';
    return;
  }
  if (asksForPublic(request, check)) {
    request.project = '';
    request.onlyPublic = true;
    return;
  }
  const session = bySession(request, check);
  request.sessionEnds = session?.expiresAt ?? null;
  const key = session?.key ?? (await identify(request, reply, check));
  request.keyId = key.id;
  request.project = key.project;
  request.scope = key.scope;
  request.seesAll = includesScope(key.scope, 'admin');
  if (includesScope(key.scope, needed)) return;
  throw new DarkroomError(
    'FORBIDDEN',
    `This takes a key with the scope "${needed}", and the key has the scope "${key.scope}". Make one with: darkroom keys create --name <who> --scope ${needed}`,
    { details: { needed, scope: key.scope } },
  );
}

function asksForPublic(request: FastifyRequest, { showsPublic = false, credential }: Admission): boolean {
  const { header, publicValue } = credential;
  if (!showsPublic || publicValue === undefined || request.headers[header] !== publicValue) return false;
  return request.routeOptions.config.showsPublic === true;
}

/** A key in its header counts before a cookie, which browsers send by themselves. */
function bySession(request: FastifyRequest, { session, credential }: Admission): Session | null {
  if (session === undefined || request.headers[credential.header] !== undefined) return null;
  return sessionOf(request, session);
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  { keys, countWrongKey, credential: form }: Admission,
): Promise<KnownKey> {
  const header = request.headers[form.header];
  const credential = typeof header === 'string' ? form.read(header) : null;
  const key = credential === null ? null : keys.identify(credential);
  if (key !== null) return key;
  const wait = credential === null ? null : ((await countWrongKey?.(request)) ?? null);
  if (wait !== null) {
    throw new DarkroomError(
      'RATE_LIMITED',
      `Too many wrong API keys came from this address. Check the key, and try again in ${wait} s.`,
      { details: { retryAfterSeconds: wait } },
    );
  }
  if (form.challenge !== null) reply.header('www-authenticate', form.challenge);
  throw new DarkroomError(
    'UNAUTHORIZED',
    credential === null
      ? said`This server asks for an API key.${advice` Send ${placeNamed('credential')} with one of its keys; "darkroom keys create" makes one.`}`
      : 'The API key is not one of this server, or was revoked. Check it for missing or extra characters.',
  );
}
