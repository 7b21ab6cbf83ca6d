/** What a training has made as the tar that Replicate's trainer leaves: exactly one LoRA, and what it is made of. */
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { stringify } from 'yaml';
import type { Job } from '../../../jobs/job.ts';
import { bareUrl } from '../../../security/bare-url.ts';
import { storedTrainingSchema } from '../../../training/stored-training.ts';

const folder = 'output/flux_train_replicate';

export interface TarredLora {
  bytes: number;
  content: Readable;
}

export function weightsTar(lora: TarredLora, job: Job): Readable {
  const { config, items } = madeOf(job);
  const tar = pack();
  const fill = async (): Promise<void> => {
    const entry = tar.entry({ name: `${folder}/lora.safetensors`, size: lora.bytes });
    await pipeline(lora.content, entry);
    tar.entry({ name: `${folder}/config.yaml` }, stringify(config));
    for (const [index, { caption, label }] of items.entries())
      tar.entry({ name: `${folder}/captions/${captionName(label, index)}` }, caption);
    tar.finalize();
  };
  const stream = new PassThrough();
  const fail = (error: unknown): void => void stream.destroy(error instanceof Error ? error : undefined);
  tar.on('error', fail);
  tar.pipe(stream);
  fill().catch(fail);
  return stream;
}

/** A LoRA that was trained elsewhere has no pictures here. */
function madeOf(job: Job): { config: object; items: { label: string; caption: string }[] } {
  if (job.kind === 'import')
    return { config: { base: job.model, source: bareUrl(job.checkpoint.repository) }, items: [] };
  const { name, pipeline, settings, items } = storedTrainingSchema.parse(job.task).plan;
  return { config: { name, base: pipeline.model, ...settings }, items };
}

/** Of the picture that it belongs to, without its folders. */
function captionName(label: string, index: number): string {
  const stem = (label.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '').replaceAll(/[^\w. -]/g, '_');
  return `${String(index + 1).padStart(4, '0')}_${stem.slice(0, 60)}.txt`;
}
