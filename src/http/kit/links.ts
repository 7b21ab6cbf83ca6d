import type { Socket } from 'node:net';
import type { UrlSigner } from '../../files/signed-url.ts';

/** Makes the absolute URLs in answers. */
export interface Links {
  to(path: string): string;
  /** A URL that works without a key: signed, with an expiry, where the server asks for keys. */
  toSigned(path: string): string;
}

export interface LinkSetup {
  /** BASE_URL, or undefined to answer with the origin that the request was sent to. */
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
  socket?: Pick<Socket, 'localAddress' | 'localPort'>;
}

export function createLinks(setup: LinkSetup, request: Arrival): Links {
  const origin = (setup.baseUrl ?? `${request.protocol}://${hostOf(request)}`).replace(/\/+$/, '');
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

/** The host that the client named, else the address that its connection came to. */
function hostOf({ host, socket }: Arrival): string {
  if (host !== '' || socket?.localAddress === undefined) return host;
  const address = socket.localAddress.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*$/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`;
}
