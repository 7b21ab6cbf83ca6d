/** Models as clients read of them. */
import { z } from 'zod';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { Links } from '../kit/links.ts';
import { prefix } from './prefix.ts';
import { isTrainer, type NamedModel, type ServedModel } from './served-model.ts';
import { versionAnswer, versionSchema } from './version-answer.ts';

/** Pages elsewhere that its owner names. */
export const linkFields = [
  'github_url',
  'paper_url',
  'license_url',
  'weights_url',
  'cover_image_url',
] as const;

const keptLinks = z.partialRecord(z.enum(linkFields), z.string());
export type ModelLinks = z.output<typeof keptLinks>;

const url = z.string().nullable();

export const modelSchema = z.object({
  url: z.string(),
  owner: z.string(),
  name: z.string(),
  description: z.string(),
  visibility: z.enum(['public', 'private']),
  is_official: z.boolean(),
  github_url: url,
  paper_url: url,
  license_url: url,
  weights_url: url,
  run_count: z.int().meta({ description: 'Renders that are kept, of every API.' }),
  cover_image_url: url,
  default_example: z.null(),
  latest_version: versionSchema.nullable(),
});

export const linksOf = ({ links }: Pick<ModelRecord, 'links'>): ModelLinks =>
  keptLinks.safeParse(links).data ?? {};

/** `served` is null for a model that has no base model yet. */
export function modelAnswer(
  { owner, name, record }: NamedModel,
  served: ServedModel | null,
  { links, runs }: { links: Links; runs: number },
): z.input<typeof modelSchema> {
  const current = served?.versions.find(({ id }) => record.isBase || id === record.currentVersion);
  const pages = linksOf(record);
  return {
    url: links.to(`${prefix}/models/${owner}/${name}`),
    owner,
    name,
    is_official: record.isBase && !isTrainer({ owner, name }),
    description: record.shortDescription || record.name,
    visibility: record.privacy === 'public' ? 'public' : 'private',
    github_url: pages.github_url ?? null,
    paper_url: pages.paper_url ?? null,
    license_url: pages.license_url ?? null,
    weights_url: pages.weights_url ?? null,
    run_count: runs,
    cover_image_url: pages.cover_image_url ?? null,
    default_example: null,
    latest_version: served === null || current === undefined ? null : versionAnswer(served, current),
  };
}
