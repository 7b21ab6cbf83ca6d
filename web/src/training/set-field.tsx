import { ImagePlus, X } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { type DirectoryDropItem, DropZone, FileTrigger } from 'react-aria-components';
import { addTrainingFiles, clearTrainingFiles, isTrainingFile } from '../draft/training-draft.ts';
import { Button } from '../parts/button.tsx';
import { toast } from '../parts/toast.tsx';
import css from './new-training.module.css';

const mostShown = 23;

/** The pictures of the training, and their captions: dropped or chosen, as files, folders or an archive. */
export function SetField({ files }: { files: readonly File[] }) {
  const pictures = files.filter(({ type }) => type.startsWith('image/'));
  const texts = files.filter(({ name }) => /\.(txt|caption)$/i.test(name));
  const archives = files.filter((file) => !pictures.includes(file) && !texts.includes(file));
  return (
    <div className={css.setField}>
      <div className={css.setHead}>
        <h2>Pictures</h2>
        {files.length > 0 && (
          <Button look="quiet" onPress={clearTrainingFiles}>
            <X size={14} aria-hidden />
            Begin again
          </Button>
        )}
      </div>
      <DropZone
        className={css.setZone ?? ''}
        aria-label="Pictures of the training"
        onDrop={async ({ items }) => {
          const found = await Promise.all(
            items.map((item) =>
              item.kind === 'file'
                ? item.getFile().then((file) => [file])
                : item.kind === 'directory'
                  ? filesIn(item, item.name)
                  : [],
            ),
          );
          take(found.flat());
        }}
      >
        {files.length === 0 ? (
          <>
            <ImagePlus size={22} aria-hidden />
            <p>Drop pictures, a folder, or a zip of them</p>
            <p className={css.note}>A text file of the same name beside a picture is its caption.</p>
          </>
        ) : (
          <>
            <Previews pictures={pictures.slice(0, mostShown)} more={pictures.length - mostShown} />
            <p className={css.note}>
              {[
                count(pictures.length, 'picture'),
                count(texts.length, 'caption'),
                ...archives.map(({ name }) => name),
              ]
                .filter((text) => text !== null)
                .join(', ')}
            </p>
          </>
        )}
        <FileTrigger
          allowsMultiple
          acceptedFileTypes={['image/*', '.txt', '.zip', '.tar', '.gz', '.tgz']}
          onSelect={(chosen) => take([...(chosen ?? [])])}
        >
          <Button>{files.length === 0 ? 'Choose files' : 'Add more'}</Button>
        </FileTrigger>
      </DropZone>
    </div>
  );
}

const count = (number: number, noun: string): string | null =>
  number === 0 ? null : `${number} ${noun}${number === 1 ? '' : 's'}`;

function take(files: readonly File[]): void {
  const usable = files.filter(isTrainingFile);
  addTrainingFiles(usable);
  const others = files.length - usable.length;
  if (others > 0)
    toast(`${others} of these files are neither pictures, captions nor archives, and were left out.`);
}

/** Names with the folders in them: pairs are told by these. */
async function filesIn(folder: DirectoryDropItem, path: string): Promise<File[]> {
  const found: File[] = [];
  for await (const item of folder.getEntries()) {
    if (item.kind === 'directory') found.push(...(await filesIn(item, `${path}/${item.name}`)));
    else {
      const file = await item.getFile();
      found.push(new File([file], `${path}/${file.name}`, { type: file.type }));
    }
  }
  return found;
}

function Previews({ pictures, more }: { pictures: readonly File[]; more: number }) {
  const shown = useMemo(() => pictures.map((file) => ({ file, url: URL.createObjectURL(file) })), [pictures]);
  useEffect(
    () => () => {
      for (const { url } of shown) URL.revokeObjectURL(url);
    },
    [shown],
  );
  return (
    <ul className={css.previews}>
      {shown.map(({ file, url }) => (
        <li key={url}>
          <img src={url} alt={file.name} title={file.name} />
        </li>
      ))}
      {more > 0 && <li className={css.previewsMore}>+{more}</li>}
    </ul>
  );
}
