import type { FastifyInstance } from 'fastify';
import type { DialectParts } from '../../../dialect.ts';
import { addExtendRoute, addOrderRoutes } from './order-routes.ts';
import { addReadingRoutes } from './read-routes.ts';
import { addStartRoutes } from './start-routes.ts';

/** Start, list, read, change and follow trainings. */
export function addTrainingRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addStartRoutes(scope, parts);
  addReadingRoutes(scope, parts);
  addOrderRoutes(scope, parts);
  addExtendRoute(scope, parts);
}
