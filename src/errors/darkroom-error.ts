import { type ErrorCode, errorCodes } from './codes.ts';

/** What an error looks like outside the process: in HTTP bodies, in job records and in events. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

/**
 * The one error type that code of ours throws on purpose. The message says what was received, what is accepted, and what
 * to do; it never holds a token, a key or a server path that the client did not send.
 */
export class DarkroomError extends Error {
  override readonly name = 'DarkroomError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
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
