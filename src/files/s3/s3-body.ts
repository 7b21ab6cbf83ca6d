import { Readable } from 'node:stream';

/** The body of an answer: on Node always a Readable, though its type also knows the browser's kinds. */
export function bodyStream(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new TypeError('The object store answered without a body.');
}
