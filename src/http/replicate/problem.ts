/** Errors as clients of Replicate's API read them: problem details of RFC 9457, with the fields that are not right. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { errorCodes } from '../../errors/codes.ts';
import { DarkroomError, type ErrorBody } from '../../errors/darkroom-error.ts';
import { sentenceSchema } from '../../errors/sentence.ts';
import type { WordedProblem } from '../dialect.ts';
import { inReplicate } from './names.ts';

/** A field that is not right. The types are those of gojsonschema, which Replicate's server checks with. */
export interface InvalidField {
  type: string;
  /** `input.num_outputs`; empty for the body. */
  field: string;
  description: string;
}

const titles: Readonly<Record<number, string>> = {
  401: 'Unauthenticated',
  404: 'Not found',
  422: 'Input validation failed',
};

export function replicateProblem({ code, message, details }: ErrorBody): WordedProblem {
  // Here all that is wrong about a request is 422.
  const status = errorCodes[code].status === 400 ? 422 : errorCodes[code].status;
  const text = inReplicate(message);
  const fields = status === 422 ? fieldsOf(details, text) : [];
  return {
    status,
    body: {
      title: titles[status] ?? STATUS_CODES[status] ?? 'Error',
      status,
      detail: text,
      ...(fields.length === 0 ? {} : { invalid_fields: fields }),
    },
    headers: { 'content-type': 'application/problem+json' },
  };
}

/** INVALID_REQUEST as the original words it: a line for each field. */
export function invalidFields(fields: readonly InvalidField[]): DarkroomError {
  const lines = fields.map(
    ({ field, description }) => `- ${field === '' ? '' : `${field}: `}${description}\n`,
  );
  const problems = fields.map(({ type, field, description }) => ({
    path: field,
    message: description,
    type,
  }));
  return new DarkroomError('INVALID_REQUEST', lines.join(''), { details: { problems } });
}

export const invalidField = (field: string, description: string, type = 'invalid'): DarkroomError =>
  invalidFields([{ type, field, description }]);

/** Those of other checks have no type. */
const problemsSchema = z.object({
  problems: z.array(z.object({ path: z.string(), message: z.string(), type: z.string().default('invalid') })),
});

/** Checks of the core name the one field that they are about. */
const fieldSchema = z.object({ field: sentenceSchema });

/** What is wrong about which fields; nothing where that is not known. `text` is the message as a whole. */
export function fieldsOf(details: ErrorBody['details'], text: string): InvalidField[] {
  const problems = problemsSchema.safeParse(details).data?.problems;
  if (problems !== undefined) return problems.map(toInvalidField);
  const named = fieldSchema.safeParse(details).data;
  if (named === undefined) return [];
  const field = inReplicate(named.field);
  // Others are described.
  if (!/^\w+$/.test(field)) return [];
  return [{ type: 'invalid', field: field === 'webhook' ? field : `input.${field}`, description: text }];
}

const toInvalidField = ({
  path,
  message,
  type,
}: z.output<typeof problemsSchema>['problems'][number]): InvalidField => ({
  type,
  field: path,
  description: message,
});
