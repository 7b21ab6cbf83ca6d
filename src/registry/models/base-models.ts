/** The base models of the catalog, as models that nobody can change. They have no rows. */
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { RegistryContext } from '../registry-context.ts';
import { baseModelId, catalogIdOf } from '../registry-ids.ts';
import type { ModelRecord } from './model-record.ts';

/** Handle of the project that they are said to be of. */
export const catalogHandle = 'darkroom';

/** What they are called elsewhere, as ids of models there. */
const aliases: Readonly<Record<string, string>> = {
  'flux.1-dev': 'flux',
  'bfl-flux-2-dev': 'flux2',
};

/** Nothing is known of when they were made. */
const beginning = new Date(0);

/** The base model of an id, or null. */
export function baseModel({ catalog }: Pick<RegistryContext, 'catalog'>, id: string): ModelRecord | null {
  const named = catalogIdOf(id, (catalogId) => catalog.has(catalogId) || Object.hasOwn(aliases, catalogId));
  const entry = named === null ? undefined : catalog.get(aliases[named] ?? named);
  return entry === undefined ? null : toRecord(entry);
}

/** All of them, in the order of the catalog. */
export const baseModels = ({ catalog }: Pick<RegistryContext, 'catalog'>): ModelRecord[] =>
  [...catalog.values()].map(toRecord);

function toRecord(entry: ModelEntry): ModelRecord {
  return {
    id: baseModelId(entry.id),
    project: catalogHandle,
    slug: entry.id,
    name: entry.label,
    fullName: `${catalogHandle}/${entry.id}`,
    kind: 'lora',
    base: entry.id,
    type: null,
    status: 'trained',
    privacy: 'public',
    source: 'huggingface',
    isBase: true,
    sourceUrl: entry.checkpoint.repository,
    trigger: null,
    parameters: null,
    promptEmbedding: '',
    negativePromptEmbedding: '',
    shortDescription: entry.description,
    description: '',
    links: null,
    thumbnail: null,
    currentVersion: null,
    pinnedEpoch: null,
    parent: null,
    author: null,
    createdAt: beginning,
    updatedAt: beginning,
    deletedAt: null,
    tags: [],
    concepts: [],
    examples: [],
    trainingImageCount: 0,
  };
}
