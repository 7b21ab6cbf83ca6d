import { api, unwrap } from '../api/client.ts';
import type { Recipe } from '../api/outputs.ts';
import { ApiProblem } from '../api/problem.ts';

/** How a picture was made, as the server reads it from the file. It stores nothing of it. Throws an ApiProblem for one that does not say. */
export async function readRecipe(file: Blob): Promise<Recipe> {
  const { recipe } = await inspect(file);
  if (recipe === null)
    throw new ApiProblem({
      ...{ code: 'NO_RECIPE', status: 0, requestId: null, fields: [] },
      message: 'The picture does not say how it was made, or says it in a way that is not read.',
    });
  return recipe;
}

/** All that the server reads from a picture. */
export function inspect(file: Blob) {
  return unwrap(
    api.POST('/v1/inspect', {
      body: file,
      bodySerializer: (body: unknown) => body,
      headers: { 'Content-Type': file.type === '' ? 'application/octet-stream' : file.type },
    }),
  );
}
