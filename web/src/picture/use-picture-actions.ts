import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { markPicture, type Picture, type PictureName, pathOf, removePicture } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { toast } from '../parts/toast.tsx';
import { type RecallPart, recall } from '../recipe/recall.ts';

/** What can be done with a picture, wherever it is shown. */
export function usePictureActions() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['outputs'] }),
      queries.invalidateQueries({ queryKey: ['requests'] }),
    ]);
  };
  const settle = (done: Promise<unknown>) =>
    done.then(refresh, (error: unknown) => toast(toProblem(error).message, { look: 'bad' }));
  return {
    setFavourite: (picture: PictureName, favourite: boolean) => settle(markPicture(picture, { favourite })),
    setTags: (picture: PictureName, tags: string[]) => settle(markPicture(picture, { tags })),
    remove: (pictures: readonly PictureName[]) => settle(Promise.all(pictures.map(removePicture))),
    use: (picture: Picture, part: RecallPart) => {
      if (picture.recipe === null)
        return toast('This picture was made by an older version, which kept no recipe.', { look: 'bad' });
      recall(picture.recipe, part);
      void navigate({ to: '/' });
    },
    compare: (a: PictureName, b?: PictureName) =>
      void navigate({
        to: '/compare',
        search: { a: nameText(a), ...(b === undefined ? {} : { b: nameText(b) }) },
      }),
    download: (picture: Picture) => {
      const link = document.createElement('a');
      link.href = pathOf(picture);
      link.download = `${picture.request_id}_${picture.index}.${picture.format === 'jpeg' ? 'jpg' : picture.format}`;
      link.click();
    },
  };
}

/** A picture as it stands in an address. */
export const nameText = ({ request_id, index }: PictureName): string => `${request_id}.${index}`;

export function parseName(text: string | undefined): PictureName | null {
  const found = /^([\w-]+)\.(\d{1,9})$/.exec(text ?? '');
  return found === null ? null : { request_id: found[1] ?? '', index: Number(found[2]) };
}
