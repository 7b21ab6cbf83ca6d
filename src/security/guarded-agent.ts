import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import type { OutboundPolicy } from './outbound-address.ts';
import { OutboundError } from './outbound-error.ts';

export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

const systemResolve: Resolve = (host) => dns.promises.lookup(host, { all: true });

/**
 * An undici agent that connects only to addresses that the policy allows. The check is made on the very addresses that
 * the socket then uses, so a name that answers differently the second time (DNS rebinding) gains nothing. A literal
 * address never comes by here; `guarded-fetch.ts` checks it in the URL.
 */
export function createGuardedAgent(policy: OutboundPolicy, resolve: Resolve = systemResolve): Agent {
  const lookup: LookupFunction = (host, options, callback) => {
    allowedAddresses(policy, resolve, host).then(
      (addresses) => {
        const first = addresses[0];
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0),
    );
  };
  return new Agent({ connect: { lookup, timeout: 10_000 }, maxHeaderSize: 32 * 1024 });
}

async function allowedAddresses(policy: OutboundPolicy, resolve: Resolve, host: string) {
  const found = await resolve(host);
  const name = host.toLowerCase();
  const allowed = policy.allowsHost(name)
    ? found
    : found.filter(({ address }) => policy.allowsAddress(address));
  if (allowed.length > 0) return allowed;
  throw new OutboundError(
    'refused_address',
    `${name} is not on the public internet. If this server should reach it, add it to OUTBOUND_ALLOW.`,
  );
}
