/**
 * Options of every logger: an error is logged by what it is and where it came from, never with the values of a statement.
 * Those are prompts, tokens and whole plans, and an error of the database driver carries them in its message, in its fields
 * and in those of its causes.
 */
import { logRedaction, redactSecrets } from './redact.ts';

/** Fields of errors that say what went wrong and hold nothing of a request. */
const facts = ['code', 'errno', 'syscall', 'status', 'problem', 'severity', 'table', 'constraint', 'routine'];
const longestMessage = 1000;
const mostCauses = 5;

interface LoggedError {
  type: string;
  message: string;
  stack: string;
  [fact: string]: unknown;
}

export const logOptions = { redact: logRedaction, serializers: { err: loggedError } };

function loggedError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const own = Object.fromEntries(
    Object.entries(error).filter(([name, value]) => facts.includes(name) && !isNested(value)),
  );
  const logged: LoggedError = {
    type: error.constructor.name,
    message: withoutValues(error.message),
    stack: (error.stack ?? '').split('\n').filter(isFrame).join('\n'),
    ...own,
  };
  if (error.cause === undefined || depth === mostCauses) return logged;
  return { ...logged, cause: loggedError(error.cause, depth + 1) };
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isFrame = (line: string): boolean => /^\s+at /.test(line);

/** drizzle's message is the statement and, behind it, every value. */
function withoutValues(message: string): string {
  const text = message.startsWith('Failed query:') ? message.replace(/\nparams:[\s\S]*$/, '') : message;
  const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return redactSecrets(short);
}
