/**
 * The cookie that stands for a key in a browser. No script can read it, and no other site's page sends it; what it changes
 * is done for our own pages only, which say so in `Origin`.
 */
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Session, Sessions } from '../../keys/open-sessions.ts';

export interface SessionCheck {
  sessions: Pick<Sessions, 'identify'>;
  /** BASE_URL. */
  baseUrl: string | undefined;
}

type Asking = Pick<FastifyRequest, 'headers' | 'protocol' | 'host' | 'method'>;

/** What the cookie holds; null without one. */
export function sessionToken(request: Asking, baseUrl: string | undefined): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined) return null;
  return parseCookie(cookie)[cookieName(isSecure(request, baseUrl))] ?? null;
}

/**
 * The session that a request comes with; null without a cookie, and for a session that has ended. Throws FORBIDDEN when the
 * request would change something and does not come from one of our pages.
 */
export function sessionOf(request: Asking, { sessions, baseUrl }: SessionCheck): Session | null {
  const token = sessionToken(request, baseUrl);
  const session = token === null ? null : sessions.identify(token);
  if (session !== null && request.method !== 'GET' && request.method !== 'HEAD')
    assertOwnOrigin(request, baseUrl);
  return session;
}

/** Throws FORBIDDEN unless the request names our own origin. */
export function assertOwnOrigin({ headers, host }: Asking, baseUrl: string | undefined): void {
  const from = headers.origin === undefined ? undefined : URL.parse(headers.origin)?.host;
  const own = baseUrl === undefined ? undefined : new URL(baseUrl).host;
  if (from !== undefined && (from === host || from === own)) return;
  throw new DarkroomError(
    'FORBIDDEN',
    `A session changes things for pages of this server only, and the request ${from === undefined ? 'has no Origin that says so' : `comes from a page of "${from.slice(0, 100)}"`}. Programs send a key: Authorization: Bearer <key>.`,
  );
}

/** Gives the browser a session, or takes it away when `token` is null. */
export function setSessionCookie(
  request: Asking,
  reply: FastifyReply,
  baseUrl: string | undefined,
  token: { value: string; seconds: number } | null,
): void {
  const secure = isSecure(request, baseUrl);
  reply.header(
    'set-cookie',
    stringifySetCookie({
      name: cookieName(secure),
      value: token?.value ?? '',
      maxAge: token?.seconds ?? 0,
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
    }),
  );
}

/** Behind a proxy only BASE_URL says by what browsers reach it. */
const isSecure = ({ protocol }: Asking, baseUrl: string | undefined): boolean =>
  (baseUrl === undefined ? `${protocol}:` : new URL(baseUrl).protocol) === 'https:';

/** With `__Host-` browsers make sure that no other host has set it. */
const cookieName = (secure: boolean): string => (secure ? '__Host-darkroom_session' : 'darkroom_session');
