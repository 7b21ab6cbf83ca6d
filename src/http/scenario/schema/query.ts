/** Queries, in which every value comes as text. */
import { z } from 'zod';
import { modelStatuses, modelTypeNames, privacies } from './enums.ts';

export const flagText = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
/** Values with commas between them, or the parameter several times. */
export const listText = (most: number) =>
  z
    .union([z.string().max(20_000), z.array(z.string().max(200)).max(most)])
    .transform((value) => [value].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(z.string().min(1).max(200)).max(most));

export const scopeQuery = z.object({
  projectId: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The project to act in. Without it that of the key.' }),
  originalAssets: flagText
    .optional()
    .meta({ description: 'Files are always sent as they are, so this changes nothing.' }),
});

export const dryRunQuery = scopeQuery.extend({
  dryRun: z
    .enum(['true', 'api', 'false'])
    .optional()
    .meta({ description: '`true` or `api`: say what it would cost, which is nothing, with status 269.' }),
});

export const isDryRun = ({ dryRun }: z.output<typeof dryRunQuery>): boolean =>
  dryRun === 'true' || dryRun === 'api';

export const pageQuery = (usual: number, most: number) =>
  scopeQuery.extend({
    pageSize: z.coerce
      .number()
      .int()
      .min(1)
      .max(most)
      .default(usual)
      .meta({ description: 'Items in a page.' }),
    paginationToken: z
      .string()
      .max(500)
      .optional()
      .meta({ description: '`nextPaginationToken` of the page before.' }),
  });

const sorting = {
  sortDirection: z.enum(['asc', 'desc']).optional(),
  createdAfter: instant.optional().meta({ description: 'Exclusive; goes with `sortBy=createdAt`.' }),
  createdBefore: instant.optional(),
  updatedAfter: instant.optional().meta({ description: 'Exclusive; goes with `sortBy=updatedAt`.' }),
  updatedBefore: instant.optional(),
};

const listedStatuses = [...modelStatuses, 'deleted'] as const;

export const modelListQuery = pageQuery(100, 500).extend({
  privacy: z.enum(privacies).default('private').meta({
    description:
      '`private`: those of the project, whatever their privacy. `public`: base models, and what projects share.',
  }),
  status: z.enum(listedStatuses).optional(),
  type: z.enum(modelTypeNames).optional(),
  types: listText(modelTypeNames.length)
    .pipe(z.array(z.enum(modelTypeNames)))
    .optional(),
  tags: listText(50).optional().meta({ description: 'Models with any of them.' }),
  collectionId: z.string().max(200).optional(),
  collectionIds: listText(50).optional(),
  sortBy: z.enum(['createdAt', 'updatedAt', 'score']).optional(),
  ...sorting,
  loadedOnly: flagText.optional(),
  blacklisted: flagText.optional(),
});
export type ModelListQuery = z.output<typeof modelListQuery>;

export const assetListQuery = pageQuery(50, 100).extend({
  privacy: z.enum(privacies).optional(),
  inferenceId: z.string().max(100).optional().meta({ description: 'Id of the job that made them.' }),
  modelId: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
  types: listText(100).optional(),
  tags: listText(50).optional(),
  collectionId: z.string().max(200).optional(),
  authorId: z.string().max(100).optional(),
  parentAssetId: z.string().max(100).optional(),
  rootAssetId: z.string().max(100).optional(),
  sortBy: z.enum(['createdAt', 'updatedAt']).optional(),
  ...sorting,
});
export type AssetListQuery = z.output<typeof assetListQuery>;
