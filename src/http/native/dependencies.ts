import type { FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../dependencies.ts';
import type { Links } from '../kit/links.ts';

export interface NativeDependencies extends HttpDependencies {
  linksOf: (request: FastifyRequest) => Links;
  /** Told the model of every newly accepted request, for the metrics. */
  onAccepted: (model: string) => void;
  /** Aborts when the server closes: event streams end then. */
  closing: AbortSignal;
}
