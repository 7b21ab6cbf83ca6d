import { type ErrorFacts, errorCodes } from '../../src/errors/codes.ts';
import { generatedLine, markdownTable } from './markdown.ts';

/** docs/errors.md, from the one table of error codes. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, facts]) => row(code, facts));
  return `${generatedLine('src/errors/codes.ts')}

# Errors

Every error, over HTTP and in the record of a request, has one of these codes, a message that says what was received and
what to do, and \`details\` for programs:

\`\`\`json
{ "error": { "code": "MODEL_NOT_FOUND", "message": "There is no model \\"flx\\". Did you mean \\"flux\\"? …", "details": { "nearest": "flux" } } }
\`\`\`

The status is that of an answer over HTTP. A code of the 500s can also end a request that was accepted: then it stands in the
\`error\` of its status and result. “again” says that sending the same request again can help.

${markdownTable(['code', 'status', 'again', 'what it means, and what to do'], rows)}
`;
}

function row(code: string, { status, retryable, about }: ErrorFacts): string[] {
  return [`\`${code}\``, `${status}`, retryable ? 'yes' : '', about];
}
