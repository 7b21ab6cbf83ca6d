import ipaddr from 'ipaddr.js';
import type { Config } from '../config.ts';

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

/**
 * Refuse to listen where others can reach the server while nothing asks them for a key: anyone on the network could fill
 * the disk and read what was rendered. Throws an Error that says what to do.
 */
export function assertSafeBinding(config: Pick<Config, 'HOST' | 'API_KEYS'>): void {
  if (config.API_KEYS.length > 0 || isLoopbackHost(config.HOST)) return;
  throw new Error(
    `HOST=${config.HOST} can be reached from other machines, and no API_KEYS are set, so anyone could use this server.\n` +
      'Set API_KEYS to one or more long random keys (for example: API_KEYS=$(openssl rand -hex 24)), which clients then\n' +
      'send as "Authorization: Bearer <key>"; or listen on this machine only with HOST=127.0.0.1.',
  );
}
