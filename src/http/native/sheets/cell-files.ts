import { placeText, type Sheet, type SheetCell } from '../../../sheets/sheet.ts';

const longestName = 80;
const extensions = { png: 'png', jpeg: 'jpg', webp: 'webp', mp4: 'mp4' } as const;

/** The names of the files of cells that have one, by place: those of one picture have one file. */
export function cellFiles({
  axes,
  cells,
}: Pick<Sheet, 'axes'> & { cells: readonly SheetCell[] }): Map<string, string> {
  const digits = String(cells.length).length;
  const byPicture = new Map<string, string>();
  const files = new Map<string, string>();
  for (const [number, { place, job, index, output }] of cells.entries()) {
    if (output === null) continue;
    const words = axes.map(({ labels }, axis) => labels[place[axis] ?? 0] ?? '').join('_');
    const slug = words
      .normalize('NFKD')
      .replaceAll(/[^A-Za-z0-9.]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, longestName);
    const name = `cells/${String(number + 1).padStart(digits, '0')}-${slug}.${extensions[output.format]}`;
    const file = byPicture.get(`${job}/${index}`) ?? name;
    byPicture.set(`${job}/${index}`, file);
    files.set(placeText(place), file);
  }
  return files;
}
