import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const engineFolder = path.join(root, 'engine');
export const node = path.join(root, 'node_modules', 'node', 'bin', 'node');
export const python = process.env.DARKROOM_PYTHON ?? path.join(engineFolder, '.venv', 'bin', 'python');
