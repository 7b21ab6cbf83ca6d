import type { UrlSigner } from '../artifacts/signed-url.ts';

/** Makes the absolute URLs in answers. */
export interface Links {
  to(path: string): string;
  /** The URL of an output: signed, with an expiry, where the server asks for keys. */
  toOutput(requestId: string, index: number): string;
}

export interface LinkSetup {
  /** BASE_URL, or undefined to answer with the origin that the request was sent to. */
  baseUrl: string | undefined;
  /** Null when the server is open: its URLs need no signature. */
  signer: UrlSigner | null;
  clock: () => Date;
}

const signedForMs = 24 * 60 * 60 * 1000;

const outputPath = (requestId: string, index: number): string => `/v1/requests/${requestId}/outputs/${index}`;

export function createLinks(setup: LinkSetup, request: { protocol: string; host: string }): Links {
  const origin = (setup.baseUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
  const { signer } = setup;
  return {
    to: (path) => `${origin}${path}`,
    toOutput(requestId, index) {
      const path = outputPath(requestId, index);
      if (signer === null) return `${origin}${path}`;
      const expiresAt = new Date(setup.clock().getTime() + signedForMs);
      return `${origin}${path}?${signer.sign(path, expiresAt)}`;
    },
  };
}
