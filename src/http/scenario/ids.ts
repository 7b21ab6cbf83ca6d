/**
 * Ids as clients read them. Those of models, assets, projects and uploads are stored as they are read; a job and a key have other
 * names inside, and a base model is an entry of the catalog.
 */

/** Of a job, whose id is a ULID in upper case. */
export const toJobId = (id: string): string => `job_${id.toLowerCase()}`;

/** The id inside. What is of another form stays as it is, and there is no such job. */
export const fromJobId = (id: string): string => (id.startsWith('job_') ? id.slice(4).toUpperCase() : id);

/** Of whoever sent a key; one name for everybody where no keys are asked for. */
export const toUserId = (key: string | null): string => `user_${key ?? 'local'}`;

/** Of the entry of a base model in the catalog. */
export const toBaseModelId = (entry: string): string => `model_${entry}`;

/** Names that clients know base models by, beside those of the registry. */
const aliases: Readonly<Record<string, string>> = {
  'flux.1-dev': 'flux',
  'flux.1-kontext-dev': 'flux_kontext',
  'flux.2-dev': 'flux2',
  'bfl-flux-2-dev': 'flux2',
  'stable-diffusion-v1-5': 'sd15',
  'stable-diffusion-xl-base-1.0': 'sdxl',
};

/** Id in the catalog of what a client names as a base model: `model_demo`, `demo`, or a name from elsewhere. */
export function baseIdOf(id: string): string {
  const name = id.replace(/^model_/, '');
  return Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
}
