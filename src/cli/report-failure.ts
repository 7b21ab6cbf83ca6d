import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { UsageError } from '../errors/usage-error.ts';
import { redactSecrets } from '../security/redact.ts';
import { inOptions } from './render/option-names.ts';

/** Ends a command that failed: one readable message on standard error, exit code 1. Our own faults keep their stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  console.error(`darkroom: ${redactSecrets(describe(error))}`);
}

function describe(error: unknown): string {
  if (error instanceof DarkroomError) return `${inOptions(error.sentence)} (${error.code})`;
  if (error instanceof UsageError) return error.message;
  if (error instanceof z.ZodError) return error.issues.map(describeOption).join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function describeOption(issue: z.core.$ZodIssue): string {
  return `--${issue.path.join('.')}: ${issue.message}`;
}
