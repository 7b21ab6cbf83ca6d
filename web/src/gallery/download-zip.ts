import { api } from '../api/client.ts';
import type { PictureName } from '../api/outputs.ts';
import { problemOf } from '../api/problem.ts';

/** Pictures in one file, with how each was made. */
export async function downloadZip(pictures: readonly PictureName[]): Promise<void> {
  const outputs = pictures.map(({ request_id, index }) => ({ request_id, index }));
  const { data, error, response } = await api.POST('/v1/outputs/zip', { body: { outputs }, parseAs: 'blob' });
  if (data === undefined) throw problemOf(response, error);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(data);
  link.download = 'darkroom.zip';
  link.click();
  URL.revokeObjectURL(link.href);
}
