import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DarkroomError } from '../../errors/darkroom-error.ts';
import { redactDeep, redactSecrets } from '../../security/redact.ts';
import type { Dialect } from '../dialect.ts';
import { toDarkroomError } from './to-darkroom-error.ts';

/** How the answer to a request words an error: as its dialect does. */
export type WordingOf = (request: FastifyRequest) => Dialect['wordProblem'];

/** Answer everything thrown in the words of the dialect that was asked. */
export function answerErrors(app: FastifyInstance, wordingOf: WordingOf, maxBodyMib: number): void {
  app.setErrorHandler((thrown, _, reply) => answerError(thrown, reply, wordingOf, maxBodyMib));
}

/** Only a fault of our own is logged with its stack: the rest is the client's, and the message says it all. */
export function answerError(
  thrown: unknown,
  reply: FastifyReply,
  wordingOf: WordingOf,
  maxBodyMib: number,
): void {
  const error = toDarkroomError(thrown, maxBodyMib);
  if (error.code === 'INTERNAL') reply.log.error({ err: thrown }, 'a request failed for a reason of ours');
  else if (error.code === 'DATABASE_UNAVAILABLE')
    reply.log.warn({ reason: messageOf(error.cause) }, 'the database does not answer');
  else reply.log.debug({ code: error.code }, redactSecrets(error.message));
  reply.request.errorCode = error.code;
  const { status, body, headers = {} } = wordingOf(reply.request)(redactDeep(error.toBody()));
  addErrorHeaders(reply, error);
  if (error.code !== 'SHUTTING_DOWN') readOn(reply);
  reply.code(status).type('application/json; charset=utf-8').headers(headers).send(body);
}

/** What is at the bottom of it. The layers above it quote the statement with its values. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : messageOf(error.cause);
}

function addErrorHeaders(reply: FastifyReply, error: DarkroomError): void {
  const { details } = error;
  if (error.code === 'METHOD_NOT_ALLOWED' && Array.isArray(details?.allowed)) {
    reply.header('allow', details.allowed.join(', '));
  }
  if (error.retryable) {
    const seconds = details?.retryAfterSeconds;
    reply.header('retry-after', typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 5);
  }
}

/**
 * Take what a refused client is still sending, and throw it away. Hanging up, as Fastify would, hides the answer from
 * clients that read only when they have sent everything. The request timeout bounds it.
 */
function readOn(reply: FastifyReply): void {
  reply.removeHeader('connection');
  reply.request.raw.resume();
}
