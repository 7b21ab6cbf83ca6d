import {
  aliasRules,
  fillName,
  flat,
  markPatterns,
  partPatterns,
  spelling,
} from '../../catalog/lora-grammar.ts';

export type LoraForm = 'lora' | 'lokr' | 'loha' | 'glora' | 'full' | 'dora';

/** The meaning of a tensor's name in a LoRA file. */
export interface LoraKey {
  /** The module's name with every prefix, as the file spells it. */
  key: string;
  /** A component, or a text encoder by a name that its family gives a component (`te3`). Null: the denoiser. */
  component: string | null;
  /** Without prefixes, with the file's dots or underscores. */
  module: string;
  part: string;
  form: LoraForm | null;
}

/** Null when the name is no part of a known form. */
export function parseLoraKey(name: string): LoraKey | null {
  for (const { pattern, part, form } of partPatterns) {
    const key = pattern.exec(name)?.[1];
    if (key === undefined) continue;
    const { component, module } = splitComponent(key.replaceAll('$$', '.'));
    const marks = markPatterns.filter((mark) => mark.pattern.test(name)).map((mark) => mark.append);
    return { key, component, module: module + marks.join(''), part, form };
  }
  return null;
}

/**
 * Prefixes come in any order and number; the first that names a component decides, and after it only wrappers that name none
 * are taken off.
 */
function splitComponent(key: string): { component: string | null; module: string } {
  let module = key;
  let component: string | null = null;
  for (;;) {
    const found = spelling.prefixes.find(
      ([prefix, named]) =>
        module.startsWith(prefix) && module.length > prefix.length && (named === null || component === null),
    );
    if (found === undefined) return { component, module };
    module = module.slice(found[0].length);
    component ??= found[1];
  }
}

/** A module's name with underscores only, under which files of every spelling meet. */
export function flatModuleName(module: string): string {
  const start = flat(module).replace(/^_+|_+$/g, '');
  return aliasRules.reduce((name, { pattern, place: { to } }) => {
    const match = pattern.exec(name);
    return match === null ? name : flat(fillName(to[0] ?? '', match.slice(1)));
  }, start);
}
