import { eq } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { models, modelTags } from '../../database/model-schema.ts';
import { projects } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, projectOf } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict } from '../registry-errors.ts';
import { registryId, slugOf } from '../registry-ids.ts';
import { checkBase } from './check-base.ts';
import { type ConceptAsked, setConcepts } from './concepts.ts';
import type { ModelKind, ModelRow, ModelSource, Privacy } from './model-record.ts';

export interface NewModel {
  /** Drawn by whoever has to know it before; else a new one. */
  id?: string;
  /** Id of the project; null: the asker's. */
  project: string | null;
  name: string;
  /** Null: made of the name, and of a number where another has it. */
  slug: string | null;
  kind: ModelKind;
  /** Id of the base model in the catalog; null: not chosen yet. */
  base: string | null;
  type?: string | null;
  privacy?: Privacy;
  source?: ModelSource;
  sourceUrl?: string | null;
  trigger?: string | null;
  parameters?: unknown;
  shortDescription?: string;
  description?: string;
  /** Pages about it elsewhere, as a dialect names them. */
  links?: unknown;
  tags?: readonly string[];
  /** Of a composition. */
  concepts?: readonly ConceptAsked[];
}

/**
 * A model without versions, `new`; a composition of concepts is `trained` at once. Returns its id. Throws INVALID_REQUEST for a
 * base model that there is not, FORBIDDEN, REGISTRY_CONFLICT for a slug that is taken, and what `setConcepts` throws.
 */
export function createModel(context: RegistryContext, asker: Asker, asked: NewModel): Promise<string> {
  return context.database.transaction((transaction) => insertModel(context, transaction, asker, asked));
}

/** The same inside a transaction. */
export async function insertModel(
  context: RegistryContext,
  transaction: Queries,
  asker: Asker,
  asked: NewModel,
): Promise<string> {
  checkBase(context, asked.base);
  const project = projectOf(asker, asked.project);
  await assertProject(transaction, project);
  const now = context.clock();
  const row: UnnamedModel & { id: string } = {
    id: asked.id ?? registryId('model', context.newId),
    project,
    name: asked.name,
    kind: asked.kind,
    base: asked.base,
    type: asked.type ?? null,
    privacy: asked.privacy ?? 'private',
    status: 'new',
    source: asked.source ?? 'created',
    sourceUrl: asked.sourceUrl ?? null,
    trigger: asked.trigger ?? null,
    parameters: asked.parameters ?? null,
    author: asker.keyId,
    shortDescription: asked.shortDescription ?? '',
    description: asked.description ?? '',
    links: asked.links ?? null,
    createdAt: now,
    updatedAt: now,
  };
  await insertNamed(transaction, row, asked.slug);
  const tags = [...new Set(asked.tags)];
  if (tags.length > 0)
    await transaction.insert(modelTags).values(tags.map((tag) => ({ model: row.id, tag })));
  if (asked.concepts !== undefined && asked.concepts.length > 0)
    await setConcepts(context, transaction, asker, {
      id: row.id,
      base: asked.base,
      concepts: asked.concepts,
    });
  return row.id;
}

async function assertProject(transaction: Queries, id: string): Promise<void> {
  const [found] = await transaction.select({ id: projects.id }).from(projects).where(eq(projects.id, id));
  if (found !== undefined) return;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `There is no project "${id.slice(0, 64)}". Leave it out for your own.`,
  );
}

type UnnamedModel = Omit<typeof models.$inferInsert, 'slug'>;

/** A slug that was asked for is taken as it is; one that was made of the name gets a number where another model has it. */
async function insertNamed(transaction: Queries, row: UnnamedModel, slug: string | null): Promise<void> {
  const wanted = slug ?? slugOf(row.name);
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    const inserted = await transaction
      .insert(models)
      .values({ ...row, slug: name })
      .onConflictDoNothing()
      .returning({ id: models.id });
    if (inserted.length > 0) return;
    if (slug !== null)
      throw conflict(
        `There is a model of the name "${slug}" already. Choose another name, or change that model.`,
        {
          slug,
        },
      );
  }
}

/** A slug that no model of the project has, made of this one. */
export async function freeSlug(
  transaction: Queries,
  { project, slug }: Pick<ModelRow, 'project' | 'slug'>,
): Promise<string> {
  const rows = await transaction
    .select({ slug: models.slug, deletedAt: models.deletedAt })
    .from(models)
    .where(eq(models.project, project));
  const taken = new Set(rows.flatMap((row) => (row.deletedAt === null ? [row.slug] : [])));
  for (let number = 1; ; number++) {
    const free = number === 1 ? slug : `${slug}-${number}`;
    if (!taken.has(free)) return free;
  }
}
