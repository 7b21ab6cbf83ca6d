export type OutboundProblem =
  | 'bad_url'
  | 'bad_header'
  | 'refused_host'
  | 'refused_address'
  | 'too_many_redirects'
  | 'bad_status'
  | 'bad_type'
  | 'too_large'
  | 'timeout'
  | 'unreachable';

/** Why a fetch on behalf of a client failed. The message is for that client: no address, no credentials, no query. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly problem: OutboundProblem;
  /** HTTP status of the other side for `bad_status`. */
  readonly status: number | null;

  constructor(problem: OutboundProblem, message: string, options: { cause?: unknown; status?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.problem = problem;
    this.status = options.status ?? null;
  }
}
