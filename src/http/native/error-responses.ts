import { type ErrorCode, errorCodes, isErrorCode } from '../../errors/codes.ts';
import { errorDocs } from './error-docs.ts';
import { errorResponseSchema } from './response-schema.ts';

/** What an OpenAPI operation says about its errors, from the codes that it can answer with. */
export function errorResponses(...codes: ErrorCode[]) {
  const statuses = [...new Set(codes.map((code) => errorCodes[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => errorCodes[code].status === status)
          .map((code) => `\`${code}\`: ${errorDocs[code]}`)
          .join('\n\n'),
        content: { 'application/json': { schema: errorResponseSchema } },
      },
    ]),
  );
}

/** Codes that POST /v1/inference answers with before it accepts. */
export const submissionCodes: readonly ErrorCode[] = Object.keys(errorCodes)
  .filter(isErrorCode)
  .filter((code) => errorCodes[code].status === 400);
