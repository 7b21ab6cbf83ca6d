/** A version as clients read it, with the description of its inputs in the form of Cog. */
import { z } from 'zod';
import { predictionInput } from './prediction-input.ts';
import type { ServedModel, ServedVersion } from './served-model.ts';

export const versionSchema = z.object({
  id: z.string(),
  created_at: z.string(),
  cog_version: z.string(),
  openapi_schema: z.record(z.string(), z.unknown()),
});

/** Clients take an output that is a list for one that comes piece by piece where this is older than 0.3.9. */
const cogVersion = '0.14.0';

export const versionAnswer = (
  model: ServedModel,
  { id, createdAt }: ServedVersion,
): z.input<typeof versionSchema> => ({
  id,
  created_at: createdAt.toISOString(),
  cog_version: cogVersion,
  openapi_schema: cogDocument(model),
});

const jsonInput = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

function cogDocument(model: ServedModel): Record<string, unknown> {
  const schema = z.toJSONSchema(predictionInput(model), { io: 'input', unrepresentable: 'any' });
  const { properties, required } = jsonInput.parse(schema);
  const fields = Object.entries(properties);
  const choices = fields.flatMap(([name, { enum: values }]) =>
    values === undefined
      ? []
      : [[name, { type: 'string', enum: values, title: name, description: 'An enumeration.' }]],
  );
  return {
    openapi: '3.0.2',
    info: { title: 'Cog', version: '0.1.0' },
    paths: {},
    components: {
      schemas: {
        Input: {
          type: 'object',
          title: 'Input',
          required,
          properties: Object.fromEntries(
            fields.map(([name, field], order) => [name, cogField(name, field, order)]),
          ),
        },
        ...Object.fromEntries(choices),
        Output: { type: 'array', items: { type: 'string', format: 'uri' }, title: 'Output' },
      },
    },
  };
}

function cogField(name: string, field: Record<string, unknown>, order: number): Record<string, unknown> {
  const { enum: values, type, ...rest } = field;
  const about = { ...rest, 'x-order': order };
  return values === undefined
    ? { type, title: titleOf(name), ...about }
    : { allOf: [{ $ref: `#/components/schemas/${name}` }], ...about };
}

/** `num_outputs` is titled "Num Outputs". */
const titleOf = (name: string): string =>
  name.replaceAll(
    /(^|_)([a-z])/g,
    (_, gap: string, letter: string) => `${gap === '' ? '' : ' '}${letter.toUpperCase()}`,
  );
