import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.ts';

const folder = path.join(root, 'checkpoints', 'demo');
const lorasFolder = path.join(folder, 'loras');

/** The bundled model and its LoRAs. */
export const demo = {
  folder,
  lorasFolder,
  /** Absolute paths, for a server whose LORA_ALLOWED_PATHS holds `lorasFolder`. */
  loras: readdirSync(lorasFolder)
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .map((name) => path.join(lorasFolder, name)),
};
