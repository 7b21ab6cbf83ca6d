import * as z from 'zod/mini';

export interface BadFile {
  name: string;
  problem: string;
  fix: string;
}

type ProblemFacts = Pick<ApiProblem, 'code' | 'message'> &
  Partial<Pick<ApiProblem, 'status' | 'requestId' | 'fields' | 'files'>>;

/** A refusal of the server, or no answer at all, in words for people. */
export class ApiProblem extends Error {
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly requestId: string | null;
  /** What is wrong with which field of what was sent. */
  readonly fields: readonly { path: string; message: string }[];
  /** Files that cannot be used, each with what to do. */
  readonly files: readonly BadFile[];

  constructor(facts: ProblemFacts) {
    super(facts.message);
    this.name = 'ApiProblem';
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.requestId = facts.requestId ?? null;
    this.fields = facts.fields ?? [];
    this.files = facts.files ?? [];
  }
}

const body = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.optional(
      z.object({
        problems: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
        files: z.optional(
          z.array(z.object({ name: z.string(), problem: z.string(), fix: z.catch(z.string(), '') })),
        ),
      }),
    ),
  }),
});

/** The problem that an answer of the server tells of. `said` is its body, parsed or not. */
export function problemOf(response: Pick<Response, 'status' | 'headers'>, said: unknown): ApiProblem {
  const requestId = response.headers.get('x-request-id');
  const read = body.safeParse(said);
  if (!read.success)
    return new ApiProblem({
      code: `HTTP_${response.status}`,
      status: response.status,
      requestId,
      message: `The server answered ${response.status}, without a reason. Its log has more under the request’s id.`,
    });
  const { code, message, details } = read.data.error;
  return new ApiProblem({
    code,
    message,
    requestId,
    status: response.status,
    fields: details?.problems ?? [],
    files: details?.files ?? [],
  });
}

/** Whatever was thrown, as a problem. What `fetch` throws means that nobody answered. */
export function toProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const offline = thrown instanceof TypeError;
  return new ApiProblem({
    code: offline ? 'NO_ANSWER' : 'PAGE_FAULT',
    message: offline
      ? 'The server does not answer. Nothing you typed is lost: try again when it is back.'
      : thrown instanceof Error
        ? thrown.message
        : String(thrown),
  });
}
