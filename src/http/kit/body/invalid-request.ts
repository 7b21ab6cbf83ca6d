import type { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { placeNamed } from '../../../errors/reference.ts';
import { advice, said } from '../../../errors/sentence.ts';
import { isSecretName } from '../../../security/redact.ts';
import { describeAccepted, fieldsAt } from './describe-schema.ts';
import { describeValue, valueAt } from './describe-value.ts';

/** One thing that is wrong about a request. */
interface RequestProblem {
  /** As in JavaScript: `prompts[0].width`. Empty for the body itself. */
  path: string;
  message: string;
  received: string;
  accepted: string;
}

const mostProblems = 50;

/** INVALID_REQUEST with every problem that zod found, said in terms of what was received and what is accepted. */
export function invalidRequest(
  schema: z.ZodType,
  data: unknown,
  error: z.core.$ZodError,
  place: 'body' | 'query' | 'path',
): DarkroomError {
  const issues = error.issues.slice(0, mostProblems);
  const problems = issues.map((issue) => describeIssue(schema, data, issue, place));
  const more = error.issues.length - problems.length;
  const text = problems.slice(0, 3).map((problem) => problem.message);
  const rest = error.issues.length - text.length;
  return new DarkroomError(
    'INVALID_REQUEST',
    said`${text.join(' ')}${rest > 0 ? said` And ${rest} more${advice`: see ${placeNamed('problems')}`}.` : ''}`,
    { details: { problems, ...(more > 0 ? { moreProblems: more } : {}) } },
  );
}

function describeIssue(
  schema: z.ZodType,
  data: unknown,
  issue: z.core.$ZodIssue,
  place: string,
): RequestProblem {
  const path = pathText(issue.path);
  const accepted = acceptedAt(schema, issue);
  const isSecret = issue.path.some((part) => isSecretName(String(part)));
  // Fastify gives null for a request without a body.
  const value = path === '' && data === null ? undefined : valueAt(data, issue.path);
  const received = isSecret ? 'a value that is not shown' : describeValue(value);
  const name = path === '' ? `The ${place}` : path;
  return { path, message: messageOf(issue, name, { accepted, received }), received, accepted };
}

function acceptedAt(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const fields = issue.code === 'unrecognized_keys' ? fieldsAt(schema, issue.path) : null;
  return fields?.join(', ') ?? describeAccepted(schema, issue.path) ?? issue.message;
}

function messageOf(
  issue: z.core.$ZodIssue,
  name: string,
  { accepted, received }: Pick<RequestProblem, 'accepted' | 'received'>,
): string {
  if (issue.code === 'custom') return `${name} ${issue.message}.`;
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, 3).map((key) => JSON.stringify(key.slice(0, 100)));
    return `${name} has ${keys.join(', ')}, which it does not take. It takes ${accepted}.`;
  }
  return `${name} must be ${accepted}, and ${received} was received.`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
