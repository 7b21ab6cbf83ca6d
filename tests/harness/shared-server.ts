import { inject } from 'vitest';
import type { ServerFacts } from './server.ts';

/**
 * The one server that most test files talk to: starting one costs more than most files take. A file that stops or kills
 * its server starts its own.
 */
export const sharedServer = (): ServerFacts => inject('server');

declare module 'vitest' {
  interface ProvidedContext {
    server: ServerFacts;
  }
}
