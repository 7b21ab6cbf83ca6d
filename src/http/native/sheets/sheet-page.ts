import { type Combination, combinations, placeOf } from '../../../sheets/layout.ts';
import type { WholeSheet } from '../../../sheets/open-sheets.ts';
import { placeText } from '../../../sheets/sheet.ts';

const style = `body{margin:24px;font:14px/20px system-ui,sans-serif;background:#fafafa;color:#1a1a1a}
table{border-collapse:separate;border-spacing:8px;margin:0 0 32px -8px}
th{font-weight:600;max-width:320px;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:#fafafa;padding:4px 0}
tbody th{position:sticky;left:0;background:#fafafa;padding-right:8px}
img,video{display:block;width:320px;height:auto}
.none{width:320px;height:120px;display:grid;place-items:center;color:#5c5c5c;background:#f0f0f0}`;

/** An HTML page without script that shows a sheet from the folder that its files lie in. */
export function sheetPage(
  { model, axes, layout, cells }: WholeSheet,
  files: ReadonlyMap<string, string>,
): string {
  const states = new Map(cells.map(({ place, state }) => [placeText(place), state]));
  const cellAt = (...choices: readonly Combination[]): string => {
    const place = placeText(placeOf(axes, ...choices));
    const alt = choices
      .map(({ label }) => label)
      .filter((label) => label !== '')
      .join(', ');
    return cellTag(files.get(place), states.get(place) ?? 'missing', alt);
  };
  const rows = combinations(axes, layout.rows);
  const columns = combinations(axes, layout.columns);
  const tables = combinations(axes, layout.pages).map((page) => {
    const head = columns.map(({ label }) => `<th scope="col">${escaped(label)}</th>`).join('');
    const body = rows
      .map(
        (row) =>
          `<tr><th scope="row">${escaped(row.label)}</th>${columns.map((column) => `<td>${cellAt(page, row, column)}</td>`).join('')}</tr>`,
      )
      .join('\n');
    const title = page.label === '' ? '' : `<h2>${escaped(page.label)}</h2>\n`;
    return `${title}<table><thead><tr><td></td>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Contact sheet, ${escaped(model)}</title><style>${style}</style></head>
<body><h1>${escaped(model)}</h1>
${tables.join('\n')}
</body></html>
`;
}

function cellTag(file: string | undefined, state: string, alt: string): string {
  if (file === undefined) return `<div class="none">${escaped(state)}</div>`;
  return file.endsWith('.mp4')
    ? `<video src="${escaped(file)}" controls loop muted aria-label="${escaped(alt)}"></video>`
    : `<a href="${escaped(file)}"><img src="${escaped(file)}" alt="${escaped(alt)}" loading="lazy"></a>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
