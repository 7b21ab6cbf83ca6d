import path from 'node:path';
import type { Provenance } from './provenance.ts';

/**
 * The `parameters` text of AUTOMATIC1111's web UI, which galleries and other tools read: the prompt, then
 * `Negative prompt: …`, then one line of `Name: value` pairs. Hashes are the first ten characters of a file's SHA-256.
 */
export function parametersText(provenance: Provenance): string {
  const { prompt, negative_prompt, loras, versions } = provenance;
  const hashes = loras.map((lora) => [`lora:${loraName(lora.path)}`, lora.sha256.slice(0, 10)]);
  const fields: [string, string | number | bigint][] = [
    ['Steps', provenance.steps],
    ['CFG scale', provenance.guidance_scale],
    ['Seed', provenance.seed],
    ['Size', `${provenance.width}x${provenance.height}`],
    ['Model', provenance.checkpoint.repository],
    ...loras.map((lora, index): [string, string] => [
      `Lora ${index + 1}`,
      quoted(`${loraName(lora.path)}:${lora.scale}`),
    ]),
    ...(hashes.length === 0 ? [] : [['Hashes', JSON.stringify(Object.fromEntries(hashes))] as const]),
    ['Version', quoted(`Darkroom, diffusers ${versions.diffusers ?? 'unknown'}`)],
  ].map(([name, value]) => [String(name), value ?? '']);
  const lines = [
    prompt,
    ...(negative_prompt ? [`Negative prompt: ${negative_prompt}`] : []),
    fields.map(([name, value]) => `${name}: ${value}`).join(', '),
  ];
  return lines.join('\n');
}

const loraName = (file: string): string => path.posix.basename(file, '.safetensors');

/** Values with a comma or a colon are JSON strings, as the web UI writes them. */
const quoted = (text: string): string => (/[,:"\n]/.test(text) ? JSON.stringify(text) : text);
