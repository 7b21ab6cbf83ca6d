/** A request that the server refused, or that failed in it. */
export class DarkroomApiError extends Error {
  override readonly name = 'DarkroomApiError';
  /** HTTP status of the answer. */
  readonly status: number;
  /** As in docs/errors.md; `UNKNOWN` when something between the client and the server answered. */
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds that the server asks to wait before another try; null when it does not ask. */
  readonly retryAfter: number | null;

  constructor(answer: Response, body: unknown) {
    const error = isObject(body) && isObject(body.error) ? body.error : {};
    super(typeof error.message === 'string' ? error.message : `The server answered ${answer.status}.`);
    this.status = answer.status;
    this.code = typeof error.code === 'string' ? error.code : 'UNKNOWN';
    this.details = isObject(error.details) ? error.details : {};
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    this.retryAfter = Number.isFinite(seconds) ? seconds : null;
  }

  /** Whether the same request can succeed later. */
  get retryable(): boolean {
    return this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
