import { randomInt } from 'node:crypto';
import path from 'node:path';
import { type Catalog, loadCatalog } from '../catalog/load-catalog.ts';
import { checkModelNames, valueFor } from '../catalog/per-model.ts';
import type { Config } from '../config.ts';
import { locateCheckpoint } from '../engines/checkpoint-location.ts';
import { UsageError } from '../errors/usage-error.ts';
import type { SubmitDependencies } from '../inference/submit.ts';
import { createValuesReader, type ReadValues } from '../loras/file/values/check-values.ts';
import type { LoraFolders } from '../loras/sources/locate-lora.ts';
import { createRemoteLoras, type RemoteLoras } from '../loras/sources/remote-loras.ts';
import { type CheckFit, createCheckFit, createResolveLora } from '../loras/sources/resolve-lora.ts';
import { createPictureReader, pictureMemoryBytes } from '../pictures/picture-reader.ts';
import type { PlanSettings } from '../render/build-plan.ts';
import type { PipelineSettings } from '../render/engine-plan.ts';
import { createGuardedFetch, type GuardedFetch, readBody } from '../security/guarded-fetch.ts';
import { newId } from './new-id.ts';

const loraDownload = { maxBytes: 16 * 2 ** 30, timeoutMs: 3 * 60 * 60_000 };
const pictures = { fetchMs: 30_000, decodeMs: 120_000, idleMs: 60_000 };

/** What the server and `darkroom render` share. They differ in where the job goes. */
export interface RequestParts
  extends Omit<SubmitDependencies, 'accept' | 'rememberToken' | 'files' | 'lookUpLoras'> {
  settings: PlanSettings & PipelineSettings;
  folders: LoraFolders;
  remote: RemoteLoras;
  checkFit: CheckFit;
  readValues: ReadValues;
  fetch: GuardedFetch;
}

/** Everything between a request and its plan. Throws UsageError for an invalid catalog entry or setting about models. */
export async function createRequestParts(
  config: Config,
  folders: LoraFolders = { base: config.lorasFolder, allowed: config.LORA_ALLOWED_PATHS },
): Promise<RequestParts> {
  const catalog = await readCatalog(config);
  const fetch = createGuardedFetch({ allow: config.OUTBOUND_ALLOW });
  const locate: PipelineSettings['locate'] = (repository, bundled) =>
    locateCheckpoint(repository, bundled, config);
  const checkFit = createCheckFit(locate);
  const readValues = createValuesReader();
  const remote = openRemoteLoras(config, readValues, fetch);
  return {
    catalog,
    folders,
    remote,
    checkFit,
    readValues,
    fetch,
    settings: {
      locate,
      weightsOf: weightsOf(config),
      safetyChecker: safetyCheckerOf(config),
      decodesInTiles: (model) => valueFor(config.TILED_DECODING, model) === 'on',
    },
    limits: { maxLoras: config.MAX_LORAS },
    resolveLora: createResolveLora({ folders, checkFit, remote, readValues }),
    images: {
      fetchBytes: async (url) =>
        readBody(await fetch(url, { maxBytes: config.MAX_BODY_MB * 2 ** 20, timeoutMs: pictures.fetchMs })),
      read: createPictureReader({
        memoryBytes: pictureMemoryBytes(config.MAX_CONTROL_IMAGE_PIXELS),
        timeoutMs: pictures.decodeMs,
        idleMs: pictures.idleMs,
      }),
      maximumPixels: config.MAX_CONTROL_IMAGE_PIXELS,
    },
    scratchFolder: config.scratchFolder,
    newId,
    drawSeed: () => randomInt(2 ** 32),
  };
}

/** LoRAs by URL and from the hub, by the settings. */
export function openRemoteLoras(
  config: Config,
  readValues: ReadValues = createValuesReader(),
  fetch: GuardedFetch = createGuardedFetch({ allow: config.OUTBOUND_ALLOW }),
): RemoteLoras {
  const hub = { endpoint: config.HF_ENDPOINT, token: config.HF_TOKEN ?? null };
  return createRemoteLoras({ folder: config.downloadsFolder, fetch, hub, readValues, ...loraDownload });
}

/** A folder, or a repository that lies in CHECKPOINTS_PATH or in the hub cache. */
function safetyCheckerOf(config: Config): PipelineSettings['safetyChecker'] {
  const { SAFETY_CHECKER: name } = config;
  if (name === 'off') return null;
  return { repository: name, path: path.isAbsolute(name) ? name : locateCheckpoint(name, undefined, config) };
}

function weightsOf({ DTYPE, OFFLOAD_MODE, QUANTIZATION }: Config): PipelineSettings['weightsOf'] {
  return (model) => ({
    dtype: valueFor(DTYPE, model),
    offload: valueFor(OFFLOAD_MODE, model),
    quantization: valueFor(QUANTIZATION, model),
  });
}

/** Throws UsageError for an invalid entry, and for a setting that names an unknown model. */
async function readCatalog(config: Config): Promise<Catalog> {
  const { CATALOG_PATH, DTYPE, OFFLOAD_MODE, QUANTIZATION, TILED_DECODING } = config;
  try {
    const catalog = await loadCatalog(CATALOG_PATH);
    checkModelNames({ DTYPE, OFFLOAD_MODE, QUANTIZATION, TILED_DECODING }, catalog);
    checkTiledModels(TILED_DECODING, catalog);
    return catalog;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Naming a model that never decodes in tiles must be an error: it would look as if it did. */
function checkTiledModels({ exceptions }: Config['TILED_DECODING'], catalog: Catalog): void {
  for (const [id, value] of exceptions) {
    if (value === 'off' || catalog.get(id)?.tiled_decoding !== undefined) continue;
    const able = [...catalog.values()].filter((entry) => entry.tiled_decoding !== undefined);
    throw new Error(
      `TILED_DECODING names ${id}, whose previews are never decoded in tiles; those of ${able.map((entry) => entry.id).join(', ')} can be.`,
    );
  }
}
