import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** Which hosts and addresses the server may fetch from on behalf of a client. */
export interface OutboundPolicy {
  /** Names that may resolve to any address. */
  allowsHost(host: string): boolean;
  allowsAddress(address: string): boolean;
}

/**
 * Only addresses of the public internet may be reached, so that a URL in a request cannot make the server talk to itself,
 * to its neighbors or to a cloud's metadata service. `allow` lists exceptions: host names (`minio.lan`), suffixes
 * (`*.lan`), addresses (`10.0.0.7`) and CIDR ranges (`10.0.0.0/8`). Throws an Error that names an entry that is none.
 */
export function createOutboundPolicy(allow: readonly string[]): OutboundPolicy {
  const ranges: [Address, number][] = [];
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of allow.map((text) => text.trim().toLowerCase())) {
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (ipaddr.isValid(entry))
      ranges.push(ipaddr.parseCIDR(`${entry}/${entry.includes(':') ? 128 : 32}`));
    else if (/^\*\.[\w.-]+$/.test(entry)) suffixes.push(entry.slice(1));
    else if (/^[\w.-]+$/.test(entry)) hosts.add(entry);
    else
      throw new Error(`OUTBOUND_ALLOW: "${entry}" is neither a host name, *.suffix, address nor CIDR range.`);
  }
  return {
    allowsHost: (host) => hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix)),
    allowsAddress(text) {
      if (!ipaddr.isValid(text)) return false;
      const address = effectiveAddress(text);
      return isPublic(address) || ranges.some((range) => isInRange(address, range));
    },
  };
}

const nat64 = ipaddr.parseCIDR('64:ff9b::/96');
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** The address that packets end at: IPv4 that is written as IPv6, plainly mapped or behind NAT64, is taken out of it. */
function effectiveAddress(text: string): Address {
  const address = ipaddr.process(text);
  return isInRange(address, nat64) ? ipaddr.fromByteArray(address.toByteArray().slice(12)) : address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || isInRange(address, globalUnicast);
}

function isInRange(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
