import { type ErrorCode, errorCodes, isErrorCode } from '../../src/errors/codes.ts';
import { errorDocs } from '../../src/http/native/error-docs.ts';
import { generatedLine, markdownTable } from './markdown.ts';

/** docs/errors.md, from the table of error codes and what native's docs say of them. */
export function errorsPage(): string {
  const rows = Object.keys(errorCodes).filter(isErrorCode).map(row);
  return `${generatedLine('src/errors/codes.ts and src/http/native/error-docs.ts')}

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

function row(code: ErrorCode): string[] {
  const { status, retryable } = errorCodes[code];
  return [`\`${code}\``, `${status}`, retryable ? 'yes' : '', errorDocs[code]];
}
