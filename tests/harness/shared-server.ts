import { inject } from 'vitest';
import type { ServerFacts } from './server.ts';

/**
 * The server that most test files talk to: starting one costs more than most files take. There is one for each worker of vitest, so
 * that a file has it for itself. A file that stops or kills its server starts its own.
 */
export function sharedServer(): ServerFacts {
  // Of 1 to the number of workers.
  const server = inject('servers')[Number(process.env.VITEST_POOL_ID) - 1];
  if (server === undefined) throw new Error('a worker without a server');
  return server;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: ServerFacts[];
  }
}
