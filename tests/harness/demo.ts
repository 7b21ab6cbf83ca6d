import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.ts';

const folder = path.join(root, 'checkpoints', 'demo');
const lorasFolder = path.join(folder, 'loras');

/** The bundled model and its LoRAs. A working tree in which it has not been trained has none, and tests nothing of it. */
export const demo = {
  folder,
  lorasFolder,
  exists: existsSync(path.join(folder, 'model_index.json')),
  /** Absolute paths, for a server whose LORA_ALLOWED_PATHS holds `lorasFolder`. */
  loras: existsSync(lorasFolder)
    ? readdirSync(lorasFolder)
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .map((name) => path.join(lorasFolder, name))
    : [],
};
