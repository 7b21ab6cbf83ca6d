import { and, eq, gt, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { models, modelTags } from '../../database/model-schema.ts';
import { projects } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, assertOwn, projectOf, readableBy } from '../asker.ts';
import { type Page, type PageRequest, pageClauses, toPage } from '../page.ts';
import type { RegistryContext } from '../registry-context.ts';
import { modelNotFound } from '../registry-errors.ts';
import { isRegistryId } from '../registry-ids.ts';
import { baseModel } from './base-models.ts';
import {
  lockModel,
  type ModelKind,
  type ModelRecord,
  type ModelRow,
  type ModelStatus,
  toModelRecords,
} from './model-record.ts';

/**
 * A model that the asker may see, base models included. Throws TRAINED_MODEL_NOT_FOUND, also for deleted ones.
 * `id` is `model_…`.
 */
export async function getModel(context: RegistryContext, asker: Asker, id: string): Promise<ModelRecord> {
  const base = baseModel(context, id);
  if (base !== null) return base;
  const [row] = isRegistryId('model', id)
    ? await context.database.queries
        .select()
        .from(models)
        .where(and(eq(models.id, id), isNull(models.deletedAt), readableBy(asker, models)))
    : [];
  const [record] = row === undefined ? [] : await toModelRecords(context.database.queries, [row]);
  if (record === undefined) throw modelNotFound(id);
  return record;
}

/** Of these, the models that the asker may see, in the order asked for; the others are left out. */
export async function getModels(
  context: RegistryContext,
  asker: Asker,
  ids: readonly string[],
): Promise<ModelRecord[]> {
  const { queries } = context.database;
  const own = [...new Set(ids)].filter((id) => isRegistryId('model', id));
  const rows =
    own.length === 0
      ? []
      : await queries
          .select()
          .from(models)
          .where(and(inArray(models.id, own), isNull(models.deletedAt), readableBy(asker, models)));
  const found = new Map((await toModelRecords(queries, rows)).map((record) => [record.id, record]));
  return ids.flatMap((id) => baseModel(context, id) ?? found.get(id) ?? []);
}

/** By `owner/name`. Throws TRAINED_MODEL_NOT_FOUND. */
export async function findModelByName(
  context: RegistryContext,
  asker: Asker,
  fullName: string,
): Promise<ModelRecord> {
  const [handle = '', slug = '', ...rest] = fullName.split('/');
  const base = handle === 'darkroom' ? baseModel(context, `model_${slug}`) : null;
  if (base !== null) return base;
  // What cannot be a name is not looked up: the database would choke on some of it.
  const isName = rest.length === 0 && [handle, slug].every((part) => /^[\w.-]{1,100}$/.test(part));
  const [row] = isName ? await named(context.database.queries, asker, handle, slug) : [];
  const [record] = row === undefined ? [] : await toModelRecords(context.database.queries, [row]);
  if (record === undefined) throw modelNotFound(fullName);
  return record;
}

async function named(queries: Queries, asker: Asker, handle: string, slug: string): Promise<ModelRow[]> {
  const rows = await queries
    .select({ model: models })
    .from(models)
    .innerJoin(projects, eq(projects.id, models.project))
    .where(
      and(
        eq(projects.handle, handle),
        eq(models.slug, slug),
        isNull(models.deletedAt),
        readableBy(asker, models),
      ),
    );
  return rows.map(({ model }) => model);
}

export interface ModelFilter extends PageRequest {
  /** `own`: of the project, whatever their privacy. `public`: those that all projects share, base models not among them. */
  whose: 'own' | 'public';
  /** Id of a project; null: the asker's. */
  project: string | null;
  status?: ModelStatus | 'deleted';
  kind?: ModelKind;
  base?: string;
  types?: readonly string[];
  /** With any of these. */
  tags?: readonly string[];
  /** Part of the name, whatever its case. */
  search?: string;
  /** What they are ordered by; by default when they were made. */
  by?: 'created' | 'updated';
  /** Both exclusive, of what they are ordered by. */
  after?: Date;
  before?: Date;
}

/** Throws FORBIDDEN for a project that is not the asker's, and INVALID_REQUEST for a foreign cursor. */
export async function listModels(
  { database }: RegistryContext,
  asker: Asker,
  filter: ModelFilter,
): Promise<Page<ModelRecord>> {
  const column = filter.by === 'updated' ? models.updatedAt : models.createdAt;
  const { where, orderBy } = pageClauses(filter, { at: column, id: models.id });
  const rows = await database.queries
    .select()
    .from(models)
    .where(and(...listClauses(asker, filter), where))
    .orderBy(...orderBy)
    .limit(filter.limit + 1);
  const page = toPage(rows, filter.limit, (row) => ({
    at: filter.by === 'updated' ? row.updatedAt : row.createdAt,
    id: row.id,
  }));
  return { ...page, items: await toModelRecords(database.queries, page.items) };
}

function listClauses(asker: Asker, filter: ModelFilter): (SQL | undefined)[] {
  const { whose, status, kind, base, types, tags, search, after, before } = filter;
  const column = filter.by === 'updated' ? models.updatedAt : models.createdAt;
  return [
    whose === 'public' ? eq(models.privacy, 'public') : eq(models.project, projectOf(asker, filter.project)),
    status === 'deleted' ? isNotNull(models.deletedAt) : isNull(models.deletedAt),
    status === undefined || status === 'deleted' ? undefined : eq(models.status, status),
    kind === undefined ? undefined : eq(models.kind, kind),
    base === undefined ? undefined : eq(models.base, base),
    types === undefined ? undefined : inArray(models.type, [...types]),
    tags === undefined
      ? undefined
      : sql`exists (select from ${modelTags} where model = ${models.id} and ${inArray(modelTags.tag, [...tags])})`,
    search === undefined
      ? undefined
      : sql`position(lower(${search}) in lower(${models.name} || ' ' || ${models.slug})) > 0`,
    after === undefined ? undefined : gt(column, after),
    before === undefined ? undefined : lt(column, before),
  ];
}

/**
 * The row of a model that the asker may change, held until the transaction ends. Throws TRAINED_MODEL_NOT_FOUND, and FORBIDDEN
 * for a base model and for one that may only be read.
 */
export async function lockOwnModel(
  context: RegistryContext,
  transaction: Queries,
  asker: Asker,
  id: string,
): Promise<ModelRow> {
  const base = baseModel(context, id);
  if (base !== null) {
    const message = `"${base.name}" is a base model of the catalog, which cannot be changed. Make or import a model of your own.`;
    throw new DarkroomError('FORBIDDEN', message);
  }
  const row = isRegistryId('model', id) ? await lockModel(transaction, id) : null;
  const isSeen =
    row !== null && (asker.seesAll || row.project === asker.project || row.privacy !== 'private');
  if (row === null || row.deletedAt !== null || !isSeen) throw modelNotFound(id);
  assertOwn(asker, row, `The model "${row.name}"`);
  return row;
}
