import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { UrlSigner } from '../../files/signed-url.ts';

/** Makes the absolute URLs in answers. */
export interface Links {
  to(path: string): string;
  /** A URL that works without a key: signed, with an expiry, where the server asks for keys. */
  toSigned(path: string): string;
}

export interface LinkSetup {
  /** BASE_URL, or undefined to answer with where the request was sent to. */
  baseUrl: string | undefined;
  /** Null when the server is open: its URLs need no signature. */
  signer: UrlSigner | null;
  clock: () => Date;
}

const signedForMs = 24 * 60 * 60 * 1000;

/** How a request came: by which name, or where to. */
export interface Arrival {
  protocol: string;
  /** The Host header; empty in HTTP/1.0. */
  host: string;
  headers?: IncomingHttpHeaders;
  socket?: Pick<Socket, 'localAddress' | 'localPort'>;
}

export function createLinks(setup: LinkSetup, request: Arrival): Links {
  const origin = (setup.baseUrl ?? reachedBy(request)).replace(/\/+$/, '');
  const { signer } = setup;
  return {
    to: (path) => `${origin}${path}`,
    toSigned(path) {
      if (signer === null) return `${origin}${path}`;
      const expiresAt = new Date(setup.clock().getTime() + signedForMs);
      return `${origin}${path}?${signer.sign(path, expiresAt)}`;
    },
  };
}

/**
 * Where the client sent the request: to a proxy, by its `X-Forwarded-Proto`, `-Host` and `-Prefix`, or to this server. Whoever sends
 * these headers without a proxy is answered with URLs of their own making, as with another Host.
 */
function reachedBy(request: Arrival): string {
  const said = (name: string, form: RegExp): string | null => {
    const [nearest = ''] = String(request.headers?.[`x-forwarded-${name}`] ?? '').split(',');
    return form.test(nearest.trim()) ? nearest.trim() : null;
  };
  const protocol = said('proto', /^https?$/) ?? request.protocol;
  const host = said('host', /^[\w.-]{1,255}(:\d{1,5})?$|^\[[\da-f:]{2,45}\](:\d{1,5})?$/i) ?? hostOf(request);
  return `${protocol}://${host}${said('prefix', /^(\/(?!\.+\/|\.+$)[\w.~-]{1,100}){1,10}\/?$/) ?? ''}`;
}

/** The host that the client named, else the address that its connection came to. */
function hostOf({ host, socket }: Arrival): string {
  if (host !== '' || socket?.localAddress === undefined) return host;
  const address = socket.localAddress.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*$/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`;
}
