import { type ErrorCode, errorCodes } from './codes.ts';
import { plainSentence, type Sentence } from './sentence.ts';

/** An error as data: what is stored with a job and told in its events, and what a dialect words for its clients. */
export interface ErrorBody {
  code: ErrorCode;
  message: Sentence;
  /** Facts, by names of the core. */
  details?: Record<string, unknown>;
}

/**
 * The one error type that code of ours throws on purpose. The sentence says what was received, what is accepted, and what
 * to do; it never holds a token, a key or a server path that the client did not send. `message` is the same in plain words,
 * for logs.
 */
export class DarkroomError extends Error {
  override readonly name = 'DarkroomError';
  readonly code: ErrorCode;
  readonly sentence: Sentence;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    sentence: Sentence,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(plainSentence(sentence), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.sentence = sentence;
    this.details = options.details;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.sentence,
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** Anything thrown, as a body that is safe to show: an unexpected error keeps its text for the log only. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof DarkroomError) return error.toBody();
  return {
    code: 'INTERNAL',
    message: 'Something went wrong inside Darkroom; the server log has the details.',
  };
}
