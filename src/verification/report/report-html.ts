/** A report that stands alone: one file without a script, which works from a disk. */

import type { Pair, VerificationResult } from '../verification-task.ts';
import type { ReportPicture } from './report-picture.ts';

export interface Report {
  result: VerificationResult;
  pictures: readonly (ReportPicture | null)[];
  /** What repeats it, and when it was made. */
  command: string;
  at: Date;
}

export function reportHtml(report: Report): string {
  const { result, command, at } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(result.name)}: ${verdictWords[result.verdict]}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1 class="${result.verdict}">${headline(result)}</h1>
<p>${escaped(result.name)}, for ${escaped(result.model)}. A pair passes with ${escaped(result.bar)}.</p>
${list(
  'Why',
  result.causes.map(({ sentence }) => sentence),
)}
${list('Ruled out', result.ruledOut)}
${list('Notes', result.notes)}
${table(result)}
${report.result.pairs.map((pair, index) => section(pair, report.pictures[index] ?? null)).join('\n')}
${list('Skipped', result.skipped.map(skippedLine))}
${facts(result, command, at)}
</main>
</body>
</html>
`;
}

const verdictWords: Readonly<Record<VerificationResult['verdict'], string>> = {
  passed: 'passed',
  failed: 'failed',
  nothing_comparable: 'nothing to compare',
  cannot_render: 'cannot be rendered here',
};

export const gradeWords: Readonly<Record<Pair['grade'], string>> = {
  identical: 'identical',
  rounding: 'rounding',
  same_picture: 'same picture',
  different: 'different',
};

function headline({ verdict, pairs }: VerificationResult): string {
  const passed = pairs.filter(({ isPass }) => isPass).length;
  switch (verdict) {
    case 'passed':
      return `Passed: ${pairs.length} of ${pairs.length} previews are what training promised`;
    case 'failed':
      return `Failed: ${pairs.length - passed} of ${pairs.length} previews are not what training promised`;
    case 'nothing_comparable':
      return 'Nothing to compare';
    case 'cannot_render':
      return 'It cannot be rendered here';
  }
}

function table({ pairs }: VerificationResult): string {
  if (pairs.length === 0) return '';
  const indexes = [...new Set(pairs.map(({ index }) => index))].sort((a, b) => a - b);
  const steps = [...new Set(pairs.map(({ step }) => step))].sort((a, b) => a - b);
  const head = indexes.map((index) => `<th scope="col">prompt ${index}</th>`).join('');
  const rows = steps.map((step) => {
    const cells = indexes.map((index) => {
      const pair = pairs.find((one) => one.step === step && one.index === index);
      if (pair === undefined) return '<td>–</td>';
      const psnr = pair.figures?.psnr;
      const figure = psnr == null ? '' : ` ${psnr.toFixed(1)} dB`;
      return `<td class="${pair.isPass ? 'pass' : 'fail'}"><a href="#${anchor(pair)}">${gradeWords[pair.grade]}${figure}</a></td>`;
    });
    return `<tr><th scope="row">step ${step}</th>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const anchor = ({ step, index }: Pair): string => `s${step}p${index}`;

function section(pair: Pair, picture: ReportPicture | null): string {
  const { figures } = pair;
  const numbers =
    figures === null
      ? escaped(pair.problem ?? '')
      : [
          figures.psnr === null ? 'equal pixels' : `PSNR ${figures.psnr.toFixed(2)} dB`,
          `SSIM ${figures.ssim.toFixed(4)}`,
          `largest difference ${figures.largest}`,
          `${(figures.share * 100).toFixed(2)} % off by more than 2`,
          `hash ${figures.hashDistance} of 64`,
        ].join(' · ');
  const shown =
    picture === null
      ? ''
      : `<div class="pair">${figure('theirs', picture.theirs, pair)}${figure('ours', picture.ours, pair)}${
          picture.difference === null ? '' : figure('difference ×8', picture.difference, pair)
        }</div>`;
  return `<section id="${anchor(pair)}">
<h2><span class="${pair.isPass ? 'pass' : 'fail'}">${gradeWords[pair.grade]}</span> step ${pair.step}, prompt ${pair.index}</h2>
<p class="prompt">${escaped(pair.prompt)}</p>
<p class="numbers">${numbers}</p>
<p class="numbers">${escaped(pair.settings)} · ${escaped(pair.file)}</p>
${shown}
</section>`;
}

const figure = (what: string, webp: Uint8Array, { step, index }: Pair): string =>
  `<figure><img src="data:image/webp;base64,${Buffer.from(webp).toString('base64')}" alt="${what}, step ${step}, prompt ${index}"><figcaption>${what}</figcaption></figure>`;

export function skippedLine({ step, index, reason }: VerificationResult['skipped'][number]): string {
  const where = [
    ...(step === null ? [] : [`step ${step}`]),
    ...(index === null ? [] : [`prompt ${index}`]),
  ].join(', ');
  return `${where}: ${reason}`;
}

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : `<h2>${title}</h2>\n<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;

function facts({ versions, device, loras, renders }: VerificationResult, command: string, at: Date): string {
  const rows: [string, string][] = [
    ['Command', command],
    ['When', at.toISOString()],
    ['Device', device ?? 'unknown'],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Renders', String(renders)],
    ...loras.map(({ step, name, sha256 }): [string, string] => [
      `LoRA of step ${step}`,
      `${name}, SHA-256 ${sha256}`,
    ]),
  ];
  return `<h2>How it was made</h2>\n<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: dark light; --page: #161616; --surface: #1f1f1f; --text: #ededed; --muted: #a6a6a6; --good: #6bcf8e; --bad: #ff8a80; --edge: #3a3a3a; }
@media (prefers-color-scheme: light) { :root { --page: #fafafa; --surface: #fff; --text: #1a1a1a; --muted: #5c5c5c; --good: #1b7a3d; --bad: #b3261e; --edge: #d5d5d5; } }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/20px system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 20px; line-height: 28px; } h2 { font-size: 16px; line-height: 24px; margin: 24px 0 4px; }
h1.passed, .pass, .pass a { color: var(--good); } h1.failed, h1.cannot_render, .fail, .fail a { color: var(--bad); }
table { border-collapse: collapse; margin: 16px 0; } td, th { padding: 6px 12px; border: 1px solid var(--edge); text-align: left; font-variant-numeric: tabular-nums; }
section { background: var(--surface); border-radius: 6px; padding: 12px 16px 16px; margin: 12px 0; } section h2 { margin-top: 0; }
.prompt { margin: 0; overflow-wrap: anywhere; } .numbers { margin: 4px 0; color: var(--muted); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.pair { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 8px; } figure { margin: 0; flex: 1 1 200px; max-width: 512px; } img { width: 100%; height: auto; display: block; image-rendering: auto; } figcaption { color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; } dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: 12px; }
ul { padding-left: 20px; overflow-wrap: anywhere; }
`;
