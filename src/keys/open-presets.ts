/** Settings of requests that somebody keeps under a name: each key has its own. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../database/database.ts';
import { presets } from '../database/schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';

/** Fields of a request, by the names of the dialect that kept them. */
const settingsSchema = z.record(z.string(), z.unknown());

export interface Preset {
  id: string;
  name: string;
  /** Id of the model that it is for; null: any. */
  model: string | null;
  settings: z.infer<typeof settingsSchema>;
  createdAt: Date;
}

/** `keyId` is null on a server without keys. */
export interface Presets {
  /** By name. */
  list(keyId: string | null): Promise<Preset[]>;
  /** One of the same name gives way to it. Throws INVALID_REQUEST for one too many. */
  keep(keyId: string | null, preset: Pick<Preset, 'name' | 'model' | 'settings'>): Promise<Preset>;
  /** False when the key has no such preset. */
  remove(keyId: string | null, id: string): Promise<boolean>;
}

const mostPresets = 200;

export function openPresets(options: {
  database: Database;
  clock: () => Date;
  newId: () => string;
}): Presets {
  const { database, clock, newId } = options;
  return {
    list: async (keyId) =>
      (await database.queries.select().from(presets).where(ownedBy(keyId)).orderBy(asc(presets.name))).map(
        toPreset,
      ),
    keep: (keyId, { name, model, settings }) =>
      database.transaction(async (transaction) => {
        const named = and(ownedBy(keyId), eq(presets.name, name));
        await transaction.delete(presets).where(named);
        await assertRoom(transaction, keyId);
        const row = {
          id: `preset_${newId().toLowerCase()}`,
          keyId,
          name,
          model,
          settings,
          createdAt: clock(),
        };
        await transaction.insert(presets).values(row);
        return toPreset(row);
      }),
    remove: async (keyId, id) => {
      const removed = await database.queries
        .delete(presets)
        .where(and(ownedBy(keyId), eq(presets.id, id)))
        .returning({ id: presets.id });
      return removed.length > 0;
    },
  };
}

const ownedBy = (keyId: string | null) => (keyId === null ? isNull(presets.keyId) : eq(presets.keyId, keyId));

async function assertRoom(queries: Queries, keyId: string | null): Promise<void> {
  const [row] = await queries
    .select({ count: sql<number>`count(*)::int` })
    .from(presets)
    .where(ownedBy(keyId));
  if ((row?.count ?? 0) < mostPresets) return;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `There are ${mostPresets} presets already, which is as many as a key may keep. Delete one first.`,
  );
}

const toPreset = ({ id, name, model, settings, createdAt }: typeof presets.$inferInsert): Preset => ({
  id,
  name,
  model: model ?? null,
  settings: settingsSchema.parse(settings),
  createdAt,
});
