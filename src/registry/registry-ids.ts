/** Ids of what the registry keeps: a ULID in lower case behind a word that says what it is. */
import { createHash } from 'node:crypto';

const prefixes = { project: 'proj_', model: 'model_', asset: 'asset_', upload: 'upload_' } as const;

export type IdKind = keyof typeof prefixes;

/** `newId` gives a ULID. */
export const registryId = (kind: IdKind, newId: () => string): string =>
  `${prefixes[kind]}${newId().toLowerCase()}`;

const ulid = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** Whether it can be an id of that kind: what cannot is not looked up. */
export function isRegistryId(kind: IdKind, id: string): boolean {
  const prefix = prefixes[kind];
  return id.startsWith(prefix) && (ulid.test(id.slice(prefix.length)) || id === 'proj_local');
}

/** The id of the read-only model that a base model of the catalog appears as. */
export const baseModelId = (catalogId: string): string => `${prefixes.model}${catalogId}`;

/** The catalog id in such an id, if it is one of `has`. */
export function catalogIdOf(id: string, has: (catalogId: string) => boolean): string | null {
  const rest = id.startsWith(prefixes.model) ? id.slice(prefixes.model.length) : null;
  return rest !== null && has(rest) ? rest : null;
}

/**
 * Id of a version: SHA-256 in hex of the model, the key of the pipeline that it belongs to, and what it is made of: the hashes of
 * its files when they are all there from the beginning, else the id of the job that trains it. The same files are the same
 * version of a model, however often they are imported.
 */
export function versionId(model: string, baseKey: string, madeOf: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([model, baseKey, ...madeOf.toSorted()]))
    .digest('hex');
}

/** `A Name, of sorts` becomes `a-name-of-sorts`; what has no letters of that kind is called `model`. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase();
  const slug = plain
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^[-._]+|[-._]+$/g, '')
    .slice(0, 64)
    .replaceAll(/[-._]+$/g, '');
  return slug === '' ? 'model' : slug;
}
