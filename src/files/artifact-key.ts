/** A name that cannot leave its folder, hide, or mean something to a shell or to Windows. */
const segment = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

export interface ArtifactKey {
  job: string;
  file: string;
}

/** `<job>/<file>`, and nothing else. Throws a TypeError: keys are made by Darkroom, a bad one is a fault of ours. */
export function parseArtifactKey(key: string): ArtifactKey {
  const [job, file, ...rest] = key.split('/');
  if (job === undefined || file === undefined || rest.length > 0 || !isName(job) || !isName(file)) {
    throw new TypeError(`An artifact key is <job>/<file>, not ${JSON.stringify(key)}.`);
  }
  return { job, file };
}

export const isName = (name: string): boolean => segment.test(name) && !name.includes('..');
