import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { advice, said } from '../../errors/sentence.ts';
import { storageFailure } from '../../errors/storage-failure.ts';

const noSuchFile = said`There is no such file here.${advice` ${placeNamed('documentation')} lists the endpoints.`}`;

/** Anything thrown on the way of a request as one of our errors; Fastify's own ones are known by their codes. */
export function toDarkroomError(error: unknown, maxBodyMib: number): DarkroomError {
  if (error instanceof DarkroomError) return error;
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new DarkroomError(
        'PAYLOAD_TOO_LARGE',
        `The body is larger than ${maxBodyMib} MiB (MAX_BODY_MB). Send control images by URL instead of base64.`,
        { details: { maxBytes: maxBodyMib * 1024 * 1024 }, cause: error },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return new DarkroomError(
        'UNSUPPORTED_MEDIA_TYPE',
        'The body must be JSON. Send the header "Content-Type: application/json".',
        { cause: error },
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return new DarkroomError('INVALID_REQUEST', 'The body ended before its announced length.', {
        cause: error,
      });
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new DarkroomError('NOT_FOUND', 'The path of the URL is too long or not well encoded.', {
        cause: error,
      });
    default:
      if (isRefusedFile(error)) {
        return new DarkroomError('NOT_FOUND', noSuchFile, {
          cause: error,
        });
      }
      return storageFailure(error) ?? internal(error);
  }
}

/** Thrown by what serves the files of the docs page, for paths that lead out of them. */
function isRefusedFile(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return error.statusCode === 400 || error.statusCode === 403 || error.statusCode === 404;
}

function internal(cause: unknown): DarkroomError {
  return new DarkroomError(
    'INTERNAL',
    'Something went wrong inside Darkroom; the server log has the details under the request id.',
    { cause },
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
