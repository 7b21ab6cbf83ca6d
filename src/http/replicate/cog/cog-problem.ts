/** Errors as a container of Cog words them: `detail` is a text, or a list of the places in the request that are not right. */
import { errorCodes } from '../../../errors/codes.ts';
import type { ErrorBody } from '../../../errors/darkroom-error.ts';
import type { WordedProblem } from '../../dialect.ts';
import { inReplicate } from '../names.ts';
import { fieldsOf, type InvalidField } from '../problem.ts';

export function cogProblem({ code, message, details }: ErrorBody): WordedProblem {
  const text = inReplicate(message).trim();
  // A container that has no slot free says so; here it is the queue that has none.
  if (code === 'QUEUE_FULL') return { status: 409, body: { error: text, status: 'failed' } };
  const status = errorCodes[code].status === 400 ? 422 : errorCodes[code].status;
  if (status !== 422) return { status, body: { detail: text } };
  const problems = fieldsOf(details, text);
  const detail =
    problems.length === 0 ? [{ loc: ['body'], msg: text, type: 'value_error' }] : problems.map(toDetail);
  return { status, body: { detail } };
}

function toDetail({ field, description, type }: InvalidField) {
  const loc = ['body', ...field.split('.').filter((part) => part !== '')];
  const [, missing] = type === 'required' ? (/^(\S+) is required$/.exec(description) ?? []) : [];
  return missing === undefined
    ? { loc, msg: description, type: 'value_error' }
    : { loc: [...loc, missing], msg: 'field required', type: 'value_error.missing' };
}
