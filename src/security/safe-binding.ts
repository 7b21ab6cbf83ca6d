import ipaddr from 'ipaddr.js';

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

/** Characters of a key that nobody guesses; `openssl rand -hex 24` makes 48. */
const shortestKey = 16;

/**
 * Refuse to listen where others can reach the server with a key of API_KEYS that can be guessed. Throws an Error that says
 * what to do, without the key.
 */
export function assertLongKeys(host: string, keys: readonly string[]): void {
  const short = keys.find((key) => key.length < shortestKey);
  if (short === undefined || isLoopbackHost(host)) return;
  throw new Error(
    `HOST=${host} can be reached from other machines, and API_KEYS has a key of ${short.length} characters, which can be guessed: at\n` +
      `least ${shortestKey} are needed. Make one with: openssl rand -hex 24. Or listen on this machine only with HOST=127.0.0.1.`,
  );
}

/**
 * Refuse to listen where others can reach the server while no key opens it: they could not use it, and anyone could if it
 * did not ask for one. Throws an Error that says what to do.
 */
export function assertSafeBinding(host: string, keys: number): void {
  if (keys > 0 || isLoopbackHost(host)) return;
  throw new Error(
    `HOST=${host} can be reached from other machines, and there are no keys, so anyone could use this server.\n` +
      'Make one with "darkroom keys create --name <who>", or set API_KEYS to long random keys (for example:\n' +
      'API_KEYS=$(openssl rand -hex 24)); clients send it as "Authorization: Bearer <key>". Or listen on this machine\n' +
      'only with HOST=127.0.0.1.',
  );
}
