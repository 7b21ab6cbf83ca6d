import { DarkroomError } from '../../errors/darkroom-error.ts';
import { requestNamed } from '../../errors/reference.ts';
import { advice, type Sentence, said } from '../../errors/sentence.ts';
import { OutboundError } from '../../security/outbound-error.ts';

/** How far a download came that had begun. */
export interface DownloadedSoFar {
  bytes: number;
  total: number | null;
  tries: number;
}

/** Why a LoRA could not be downloaded, and what to do. Errors that say so already stay as they are. */
export function explainDownload(
  { label, isOnHub }: { label: string; isOnHub: boolean },
  error: unknown,
  soFar: DownloadedSoFar | null = null,
): DarkroomError {
  if (error instanceof DarkroomError) return error;
  if (isDiskFull(error)) {
    return new DarkroomError(
      'STORAGE_FULL',
      `The disk is full while the LoRA "${label}" is downloaded. Free some space, or lower LORA_CACHE_GB.`,
      { cause: error },
    );
  }
  const why = error instanceof OutboundError ? error.message : 'the connection or the disk failed.';
  const came =
    soFar === null || soFar.bytes === 0
      ? ''
      : ` ${soFar.bytes} of ${soFar.total ?? 'an unknown number of'} bytes came in ${soFar.tries} tries; they are kept, and the next request goes on from there.`;
  return new DarkroomError(
    'LORA_DOWNLOAD_FAILED',
    said`The LoRA "${label}" could not be downloaded: ${why}${came} ${remedy(error, isOnHub)}`,
    { details: { path: label }, cause: error },
  );
}

function remedy(error: unknown, isOnHub: boolean): Sentence {
  if (!(error instanceof OutboundError)) return 'Try again.';
  switch (error.problem) {
    case 'bad_status':
      return remedyOfStatus(error.status, isOnHub);
    case 'timeout':
    case 'unreachable':
      return 'Try again later, or download it yourself into the LoRA folder.';
    case 'bad_header':
      return said`Check ${advice`${requestNamed('hubToken')}, or `}HF_TOKEN in the settings: copied tokens are letters, digits and signs of ASCII.`;
    case 'too_large':
    case 'bad_url':
    case 'bad_type':
    case 'refused_host':
    case 'refused_address':
    case 'too_many_redirects':
      return 'Check the URL.';
  }
}

function remedyOfStatus(status: number | null, isOnHub: boolean): Sentence {
  if (status === 401 || status === 403) {
    return isOnHub
      ? said`It may need ${advice`${requestNamed('hubToken')} in the request or `}HF_TOKEN in the settings, of an account that may read it.`
      : 'Its host wants credentials: send a URL that needs none, or download it yourself into the LoRA folder.';
  }
  if (status === 404 || status === 410)
    return 'Check the name; a private repository also answers so without its token.';
  return 'Try again later.';
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
