import type { FastifyReply, FastifyRequest } from 'fastify';
import { blobKey } from '../../files/file-key.ts';
import type { AssetRecord } from '../../registry/assets/read-assets.ts';
import type { DialectParts } from '../dialect.ts';
import { sendFile } from '../kit/send-file.ts';

/** Answer with the file of an asset: whole, or the part that is asked for. */
export function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, blob, bytes, mime }: AssetRecord,
  { files }: Pick<DialectParts, 'files'>,
): Promise<FastifyReply> {
  const extension = mime.split('/')[1]?.replace('quicktime', 'mov').replace('jpeg', 'jpg') ?? 'bin';
  return sendFile(request, reply, files, {
    key: blobKey(blob),
    bytes,
    sha256: blob,
    contentType: mime,
    name: `${id}.${extension}`,
    download: false,
  });
}
