import { errorCodes } from '../../errors/codes.ts';
import type { ErrorBody } from '../../errors/darkroom-error.ts';
import type { ErrorResponse } from './response-schema.ts';

/**
 * An error in the words of the native API, once more under `detail`, where clients of the reference server look: some read
 * `detail.error.code`, some `detail.code`, so both are there.
 */
export function errorResponse(body: ErrorBody): { status: number; body: ErrorResponse } {
  const error = { code: body.code, message: body.message, details: body.details ?? {} };
  return { status: errorCodes[body.code].status, body: { error, detail: { ...error, error } } };
}
