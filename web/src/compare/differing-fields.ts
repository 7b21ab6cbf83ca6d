import type { Picture } from '../api/outputs.ts';

export interface FieldPair {
  name: string;
  left: string;
  right: string;
  differs: boolean;
}

/** Two pictures field by field, in words. */
export function differingFields(a: Picture, b: Picture): FieldPair[] {
  const left = fieldsOf(a);
  const right = fieldsOf(b);
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => {
    const [one, other] = [left.get(name) ?? '—', right.get(name) ?? '—'];
    return { name, left: one, right: other, differs: one !== other };
  });
}

function fieldsOf(picture: Picture): Map<string, string> {
  const { recipe } = picture;
  const fields: [string, unknown][] = [
    ['Model', picture.model],
    ['Seed', picture.seed],
    ['Size', `${picture.width} × ${picture.height}`],
    ...(recipe === null
      ? []
      : [
          ['Prompt', recipe.prompt] satisfies [string, unknown],
          [
            'LoRAs',
            recipe.loras
              .map(({ path, network_multiplier }) => `${path} × ${network_multiplier}`)
              .join(', ') || 'none',
          ] satisfies [string, unknown],
          ['Steps', recipe.sample_steps] satisfies [string, unknown],
          ['Guidance', recipe.guidance_scale] satisfies [string, unknown],
          ['Negative prompt', recipe.neg] satisfies [string, unknown],
          ['Sampler', recipe.sampler] satisfies [string, unknown],
          ['Base revision', recipe.revision] satisfies [string, unknown],
          ...Object.entries(recipe.options),
          ...Object.entries(recipe.versions).map(([name, version]): [string, unknown] => [
            `Version of ${name}`,
            version,
          ]),
        ]),
    ['File', picture.sha256.slice(0, 12)],
  ];
  return new Map(
    fields.flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, String(value)] as const],
    ),
  );
}
