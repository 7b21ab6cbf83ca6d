import { api, unwrap } from '../api/client.ts';
import type { Recipe } from '../api/outputs.ts';
import { ApiProblem } from '../api/problem.ts';
import { type ForeignSettings, readForeignParameters } from './foreign-parameters.ts';

/** Code of the problem of a picture that does not say how it was made. */
export const noRecipe = 'NO_RECIPE';

/** How a picture was made: by this program, or by another one that wrote it down. */
export type PictureOrigin = { kind: 'ours'; recipe: Recipe } | { kind: 'foreign'; settings: ForeignSettings };

/** The picture of a whole contact sheet, by the id of the sheet. */
export interface SheetOrigin {
  kind: 'sheet';
  id: string;
}

/** What a picture says of how it was made, as the server reads the file. It stores nothing of it. Throws an ApiProblem for one that says nothing. */
export async function readOrigin(file: Blob): Promise<PictureOrigin | SheetOrigin> {
  const { recipe, foreign, sheet } = await inspect(file);
  if (sheet !== null) return { kind: 'sheet', id: sheet.sheet_id };
  if (recipe !== null) return { kind: 'ours', recipe };
  if (foreign !== null) return { kind: 'foreign', settings: readForeignParameters(foreign.parameters) };
  throw new ApiProblem({
    code: noRecipe,
    message: 'The picture does not say how it was made, or says it in a way that is not read.',
  });
}

function inspect(file: Blob) {
  return unwrap(
    api.POST('/v1/inspect', {
      // The file itself, in place of the text that the description of the API has for it.
      body: file.type,
      bodySerializer: () => file,
      headers: { 'Content-Type': file.type === '' ? 'application/octet-stream' : file.type },
    }),
  );
}
