import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';

/** Starts listening and resolves with the URL. Throws UsageError that says what to do when the address is not available. */
export async function listen(
  app: FastifyInstance,
  { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>,
): Promise<string> {
  try {
    const url = new URL(await app.listen({ host: HOST, port: PORT, listenTextResolver: () => 'listening' }));
    // Fastify returns the address it was given, and 0.0.0.0 cannot be opened in a browser.
    if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
    return url.origin;
  } catch (error) {
    throw new UsageError(explain(error, HOST, PORT), { cause: error });
  }
}

function explain(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} on ${host} is taken by another program. Choose another with --port or PORT (0 finds a free one), ` +
        `or find the program: lsof -i :${port}`
      );
    case 'EACCES':
      return `Port ${port} may not be used by this user. Ports below 1024 need special rights: choose another with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them (with API_KEYS).`;
    default:
      return `Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
