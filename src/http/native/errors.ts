import { errorCodes } from '../../errors/codes.ts';
import type { ErrorBody } from '../../errors/darkroom-error.ts';
import { wordDeep } from '../../errors/sentence.ts';
import { inNative, nativeName } from './names.ts';
import type { ErrorResponse } from './schemas/response-schema.ts';

/**
 * An error in the words of the native API, once more under `detail`, where clients of the reference server look: some read
 * `detail.error.code`, some `detail.code`, so both are there.
 */
export function errorResponse(body: ErrorBody): { status: number; body: ErrorResponse } {
  const error = { code: body.code, message: inNative(body.message), details: detailsResponse(body) };
  return { status: errorCodes[body.code].status, body: { error, detail: { ...error, error } } };
}

/** The facts about an error, under names as native spells them: `promptIndex` is `prompt_index`. */
export function detailsResponse({ details = {} }: Pick<ErrorBody, 'details'>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, fact]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      wordDeep(fact, nativeName),
    ]),
  );
}
