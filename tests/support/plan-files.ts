import path from 'node:path';
import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import type { FileStore } from '../../src/files/file-store.ts';
import { createFolderStore } from '../../src/files/folder/folder-store.ts';
import { createFileHasher } from '../../src/loras/file/hash-file.ts';
import { createValuesReader } from '../../src/loras/file/values/check-values.ts';
import { createRemoteLoras } from '../../src/loras/sources/remote-loras.ts';
import { createCheckFit } from '../../src/loras/sources/resolve-lora.ts';
import { createGuardedFetch } from '../../src/security/guarded-fetch.ts';
import type { PlanFiles } from '../../src/worker/render/resolve-plan.ts';

export const storeIn = (folder: string): FileStore =>
  createFolderStore({ outputsFolder: path.join(folder, 'outputs'), blobsFolder: path.join(folder, 'blobs') });

const catalog = await loadCatalog();

/** The files of a machine whose data are in `folder`, and whose checkpoints are those of the owner `sample`. */
export const planFilesIn = (folder: string, files: FileStore): PlanFiles => ({
  catalog,
  files,
  hashFile: createFileHasher(),
  checkFit: createCheckFit(() => null),
  commitsOf: async () => ({}),
  settings: {
    locate: (repository) => (repository.startsWith('sample/') ? `/here/${repository}` : null),
    weightsOf: () => ({ dtype: 'bfloat16', offload: 'model', quantization: 'fp8' }),
    safetyChecker: null,
  },
  folders: { base: path.join(folder, 'loras'), allowed: [] },
  cacheFolder: path.join(folder, 'cache'),
  remote: createRemoteLoras({
    folder: path.join(folder, 'cache'),
    fetch: createGuardedFetch({ allow: ['127.0.0.1'] }),
    readValues: createValuesReader(),
    hub: { endpoint: 'https://hub.invalid', token: null },
    maxBytes: 1e6,
    timeoutMs: 10_000,
    pause: async () => {},
  }),
});
