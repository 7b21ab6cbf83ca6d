import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { generatedLine, markdownTable } from './markdown.ts';

const tasks: Record<ModelEntry['task'], string> = {
  text_to_image: 'Pictures from text',
  image_editing: 'Edited pictures',
  text_to_video: 'Videos from text',
  image_to_video: 'Videos from a picture',
};

/** docs/models.md: every model with a link to its page, by what it makes. */
export function modelsPage(entries: readonly ModelEntry[]): string {
  const sections = Object.entries(tasks).flatMap(([task, title]) => {
    const rows = entries.filter((entry) => entry.task === task).map(indexRow);
    const head = ['model', 'name', 'checkpoint', 'size', 'steps', 'guidance', 'memory'];
    return rows.length === 0 ? [] : [`## ${title}\n\n${markdownTable(head, rows)}`];
  });
  return `${generatedLine('src/catalog/models/')}

# Models

A model is one file in \`src/catalog/models/\`. \`GET /v1/models\` and \`darkroom models\` tell the same of a running copy.
“gated”: the hub asks for an accepted licence and a token (HF_TOKEN). Memory is an estimate for weights and one render.

${sections.join('\n\n')}
`;
}

function indexRow(entry: ModelEntry): string[] {
  const { checkpoint, defaults } = entry;
  return [
    `[\`${entry.id}\`](models/${entry.id}.md)`,
    entry.label,
    `${checkpoint.repository}${checkpoint.gated ? ' (gated)' : ''}`,
    `${defaults.width}×${defaults.height}`,
    `${defaults.sample_steps}`,
    `${defaults.guidance_scale}`,
    `${entry.memory_gib} GiB`,
  ];
}
