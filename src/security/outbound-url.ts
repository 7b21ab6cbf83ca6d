import ipaddr from 'ipaddr.js';
import type { OutboundPolicy } from './outbound-address.ts';
import { OutboundError } from './outbound-error.ts';

/**
 * The URL if it may be fetched at all. `allowedHosts` narrows it to these hosts and their subdomains; `from` is what a
 * redirect is relative to. A host name is judged later, by the addresses it resolves to. Throws OutboundError.
 */
export function checkOutboundUrl(
  text: string,
  policy: OutboundPolicy,
  allowedHosts: readonly string[] | undefined,
  from?: URL,
): URL {
  const url = URL.parse(text, from?.href);
  if (url === null) throw new OutboundError('bad_url', `"${text.slice(0, 80)}" is not a URL.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundError('bad_url', `Only http and https are fetched, not ${url.protocol.slice(0, 20)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('bad_url', 'A URL with a user name or password in it is not fetched.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (allowedHosts?.some((name) => host === name || host.endsWith(`.${name}`)) === false) {
    throw new OutboundError('refused_host', `${host} is not one of ${allowedHosts.join(', ')}.`);
  }
  if (ipaddr.isValid(host) && !policy.allowsAddress(host)) {
    throw new OutboundError(
      'refused_address',
      `${host} is not an address of the public internet. If this server should reach it, add it to OUTBOUND_ALLOW.`,
    );
  }
  return url;
}

/** The URL without its query, which may hold a token. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`.slice(0, 200);
}
