/** Errors as clients of Scenario's API read them: `{"reason", "name", "details"}`. */
import { type ErrorCode, errorCodes } from '../../errors/codes.ts';
import type { ErrorBody } from '../../errors/darkroom-error.ts';
import { wordDeep } from '../../errors/sentence.ts';
import type { WordedProblem } from '../dialect.ts';
import { inScenario, scenarioName } from './names.ts';

export function scenarioProblem({ code, message, details }: ErrorBody): WordedProblem {
  if (code === 'TRAINING_SET_FULL')
    return { status: 429, body: { reason: inScenario(message), ...limitReached(details) } };
  const facts = details === undefined ? {} : { details: wordDeep(details, scenarioName) };
  return { status: statusOf(code), body: { reason: inScenario(message), name: nameOf(code), ...facts } };
}

/** A ceiling, of a plan there and of a setting here. */
const limitReached = (details: ErrorBody['details']) => ({
  name: 'PlanLimitReachedError',
  details: {
    actionName: 'add-training-image',
    limitScope: 'team',
    actionLimit: details?.limit,
    actionValue: details?.count,
  },
});

/**
 * The API knows no 422 and no 409: what is wrong about a request, and what conflicts with the state of a thing, are 400. Its
 * SDK would send a request that was answered with 409 once more.
 */
function statusOf(code: ErrorCode): number {
  const { status } = errorCodes[code];
  return status === 422 || status === 409 ? 400 : status;
}

/** Named as an error class: `MODEL_NOT_FOUND` is `ModelNotFoundError`. */
export function nameOf(code: ErrorCode): string {
  const words = code.split('_').map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`);
  return `${words.join('')}Error`;
}
