/** What must not happen, tried on a Postgres server: rows that break a rule, and two that change the same at once. */
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../../tests/support/databases.ts';
import { openPostgres } from '../database/open-postgres.ts';
import {
  addPicture,
  addTrained,
  admin,
  newLora,
  openTestRegistry,
  putText,
  type TestRegistry,
} from './registry.fixture.ts';

let server: PostgresServer;
let opened: TestRegistry;
let ids: Record<'model' | 'version' | 'picture' | 'other' | 'blob', string>;

beforeAll(async () => {
  server = await startPostgres();
  opened = await openTestRegistry(
    await openPostgres(await server.createDatabase(), pino({ level: 'silent' })),
  );
  const { model, version } = await addTrained(opened, 'first', { steps: [100, 200] });
  const { id: other } = await opened.registry.models.create(admin, newLora('other'));
  const picture = await addPicture(opened, 'picture');
  ids = { model, version, other, picture, blob: await putText(opened, 'a file') };
  await opened.registry.sets.add(admin, model, [{ asset: picture }]);
});
afterAll(async () => {
  await opened.close();
  await server.stop();
});

const at = sql`now()`;
const unknown = 'f'.repeat(64);

/** The constraint that refuses a statement. */
async function refusedBy(statement: ReturnType<typeof sql>): Promise<unknown> {
  const error: unknown = await opened.database.queries.execute(statement).catch((thrown: unknown) => thrown);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'constraint' in cause ? cause.constraint : `accepted: ${String(error)}`;
}

describe('the database refuses', () => {
  test.each<[string, () => ReturnType<typeof sql>, string]>([
    [
      'a second project of a handle',
      () => sql`insert into projects values ('proj_x', 'local', 'x', ${at})`,
      'projects_handle_unique',
    ],
    [
      'a handle that is no name',
      () => sql`insert into projects values ('proj_x', 'a/b', 'x', ${at})`,
      'projects_handle',
    ],
    ['a blob that is no hash', () => sql`insert into blobs values ('x', 1, 'a/b', ${at})`, 'blobs_sha256'],
    ['an empty blob', () => sql`insert into blobs values (${unknown}, 0, 'a/b', ${at})`, 'blobs_bytes'],
    [
      'taking a file from an epoch',
      () => sql`delete from blobs where sha256 in (select blob from epoch_files)`,
      'epoch_files_blob_blobs_sha256_fk',
    ],
    [
      'an asset without a file',
      () => sql`update assets set blob = ${unknown}`,
      'assets_blob_blobs_sha256_fk',
    ],
    ['half a size', () => sql`update assets set width = null`, 'assets_size'],
    ['an unknown privacy', () => sql`update models set privacy = 'secret'`, 'models_privacy'],
    ['an unknown status', () => sql`update models set status = 'copying'`, 'models_status'],
    ['two models of a name', () => sql`update models set slug = 'same'`, 'models_name'],
    ['a slug with a slash', () => sql`update models set slug = 'a/b'`, 'models_slug'],
    [
      'trained without a version',
      () => sql`update models set status = 'trained' where id = ${ids.other}`,
      'models_trained',
    ],
    [
      'trained without a base',
      () => sql`update models set base = null where id = ${ids.model}`,
      'models_trained',
    ],
    [
      'pinning an epoch that there is not',
      () => sql`update models set pinned_epoch = 9 where id = ${ids.model}`,
      'models_pinned_epoch',
    ],
    [
      'pinning without a version',
      () => sql`update models set pinned_epoch = 1 where id = ${ids.other}`,
      'models_pinned',
    ],
    [
      'a current version that there is not',
      () => sql`update models set current_version = ${unknown} where id = ${ids.model}`,
      'models_current_version_model_versions_id_fk',
    ],
    [
      'deleting the current version',
      () => sql`delete from model_versions where id = ${ids.version}`,
      'models_current_version_model_versions_id_fk',
    ],
    [
      'two versions of a number',
      () =>
        sql`insert into model_versions (id, model, number, origin, base_key, created_at) values (${unknown}, ${ids.model}, 1, 'trained', 'k', ${at})`,
      'model_versions_number',
    ],
    [
      'two epochs of a step',
      () => sql`insert into epochs values (${ids.version}, 3, 200, null, ${at})`,
      'epochs_step',
    ],
    ['epoch 0', () => sql`insert into epochs values (${ids.version}, 0, 5, null, ${at})`, 'epochs_number'],
    [
      'an unknown part',
      () => sql`insert into epoch_files values (${ids.version}, 1, 'middle', ${ids.blob})`,
      'epoch_files_part',
    ],
    [
      'a file of no epoch',
      () => sql`insert into epoch_files values (${ids.version}, 9, 'main', ${ids.blob})`,
      'epoch_files_epoch',
    ],
    [
      'an image twice in a set',
      () => sql`insert into training_images values (${ids.model}, ${ids.picture}, 5)`,
      'training_images_model_asset_pk',
    ],
    [
      'a pair of foreign images',
      () => sql`insert into training_pairs values (${ids.other}, 0, ${ids.picture}, ${ids.picture}, '')`,
      'training_pairs_source',
    ],
    [
      'removing an asset that a set names',
      () => sql`delete from assets where id = ${ids.picture}`,
      'training_images_asset_assets_id_fk',
    ],
    [
      'too strong a concept',
      () => sql`insert into model_concepts values (${ids.other}, 0, ${ids.model}, null, null, 3)`,
      'model_concepts_scale',
    ],
    [
      'a composition of itself',
      () => sql`insert into model_concepts values (${ids.model}, 0, ${ids.model}, null, null, 1)`,
      'model_concepts_nested',
    ],
    [
      'a key of no project',
      () => sql`insert into api_keys values ('k', 'k', 'read', 'd', ${at}, null, 'proj_none')`,
      'api_keys_project_projects_id_fk',
    ],
  ])('%s', async (_what, statement, constraint) => {
    expect(await refusedBy(statement())).toBe(constraint);
  });

  test('a second open training of a model', async () => {
    const { queries } = opened.database;
    for (const id of ['one', 'two'])
      await queries.execute(sql`
        insert into jobs (id, kind, dialect, project, state, model, queue, units, task, needs, inputs, priority, warnings, created_at)
        values (${id}, 'train', 'native', 'proj_local', 'queued', 'demo', 'q', 1, '{}', '{}', '{}', 0, '[]', ${at})`);
    const training = (job: string) =>
      sql`insert into trainings (job, model, engine, dialect, request, total) values (${job}, ${ids.other}, 'builtin', 'native', '{}', 10)`;
    await queries.execute(training('one'));
    expect(await refusedBy(training('two'))).toBe('trainings_open');
    await queries.execute(sql`update trainings set ended_at = now()`);
    await queries.execute(training('two'));
    await opened.registry.models.delete(admin, ids.other);
    expect(opened.canceled).toEqual(['two']);
  });
});

describe('at once', () => {
  test('models of a name get different slugs, and one that asks for it gets it', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () => opened.registry.models.create(admin, newLora('Crowd'))),
    );
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(8);
    const asked = Array.from({ length: 4 }, () =>
      opened.registry.models.create(admin, newLora('x', { slug: 'wanted' })),
    );
    const ends = await Promise.allSettled(asked);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('an epoch of a step is added once', async () => {
    const { version } = await addTrained(opened, 'raced', { steps: [1] });
    const sha256 = await putText(opened, 'raced epoch');
    const add = () =>
      opened.database.transaction((transaction) =>
        opened.registry.versions.addEpoch(transaction, {
          version,
          step: 2,
          loss: null,
          files: [{ part: 'main', sha256 }],
          samples: [],
        }),
      );
    const added = await Promise.all(Array.from({ length: 6 }, add));
    expect(added.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(added.map(({ number }) => number))).toEqual(new Set([2]));
  });

  test('a file that is put while it is swept is there afterwards', async () => {
    const { blobs } = opened.registry;
    for (let round = 0; round < 30; round += 1) {
      const sha256 = await putText(opened, 'swept and put');
      const later = new Date(opened.time.now.getTime() + 1);
      await opened.database.queries.execute(
        sql`update blobs set created_at = ${opened.time.now.toISOString()}::timestamptz - interval '1 second' where sha256 = ${sha256}`,
      );
      const sweep = async (): Promise<void> => {
        await blobs.forgetUnnamed(new Date(later.getTime() - 1));
        await blobs.whileUnkept([sha256], async (unkept) => {
          if (unkept.has(sha256)) await opened.files.remove(`blobs/${sha256}`);
        });
      };
      await Promise.all([sweep(), putText(opened, 'swept and put')]);
      const found = await blobs.read(sha256);
      expect(found).not.toBeNull();
      found?.stream.destroy();
      expect(await blobs.find(sha256)).not.toBeNull();
    }
  });
});
