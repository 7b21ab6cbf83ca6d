import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { exactInteger } from '../../../render/exact-json.ts';
import { jsonExcess } from './json-limits.ts';

const limits = { maxDepth: 32, maxValues: 50_000 };
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Read bodies as JSON and nothing else. An empty body is `undefined`, so that a POST that needs none may announce any type
 * all the same.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    /^application\/([\w.-]+\+)?json\b/i,
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => parseJsonBody(body),
  );
  app.addContentTypeParser('*', async (_: unknown, body: Readable) => {
    // The rest is read by whoever answers.
    for await (const _part of body.iterator({ destroyOnReturn: false })) {
      throw new DarkroomError(
        'UNSUPPORTED_MEDIA_TYPE',
        'The body must be JSON. Send the header "Content-Type: application/json".',
      );
    }
    return undefined;
  });
}

/**
 * Throws INVALID_REQUEST for what does not parse, is nested or long beyond reason, or holds a `__proto__` key. Integers
 * that a number cannot hold are bigints.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const excess = jsonExcess(body, limits);
  if (excess === 'depth') throw malformed(`it is nested more than ${limits.maxDepth} levels deep`);
  if (excess === 'values') throw malformed(`it holds more than ${limits.maxValues} values`);
  try {
    return JSON.parse(strictUtf8.decode(body), reviveValue);
  } catch (error) {
    if (error instanceof DarkroomError) throw error;
    throw malformed(error instanceof SyntaxError ? whereItBreaks(error) : 'it is not UTF-8', error);
  }
}

function reviveValue(key: string, value: unknown, { source }: { source?: string }): unknown {
  if (key === '__proto__') throw malformed('it holds a "__proto__" key');
  return exactInteger(value, source);
}

/** The parser's message without the piece of the body that it quotes, which may hold a token. */
function whereItBreaks({ message }: SyntaxError): string {
  const position = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  if (position !== undefined) return `it is not JSON ${position}`;
  const token = /^Unexpected token '(.)'/u.exec(message)?.[1];
  return token === undefined ? 'it ends too early' : `it is not JSON, because of an unexpected ${token}`;
}

function malformed(why: string, cause?: unknown): DarkroomError {
  return new DarkroomError('INVALID_REQUEST', `The body cannot be read: ${why}. Send one JSON object.`, {
    details: { problems: [{ path: '', message: `The body cannot be read: ${why}.` }] },
    cause,
  });
}
