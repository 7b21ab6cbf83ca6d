/** The description of a model's inputs and output in the form of Cog, which versions carry and clients build forms from. */
import { z } from 'zod';
import { predictionInput } from './prediction-input.ts';
import type { ServedModel } from './served-model.ts';
import { trainingInput } from './trainings/training-input.ts';

/** Clients take an output that is a list for one that comes piece by piece where this is older than 0.3.9. */
export const cogVersion = '0.14.0';

export function cogDocument(model: ServedModel): Record<string, unknown> {
  const canTrain = model.record.isBase && model.entry.training !== undefined;
  return {
    openapi: '3.0.2',
    info: { title: 'Cog', version: '0.1.0' },
    paths: pathsOf(canTrain),
    components: {
      schemas: {
        ...inputSchemas('Input', predictionInput(model)),
        Output: { type: 'array', items: { type: 'string', format: 'uri' }, title: 'Output' },
        ...(canTrain ? trainingSchemas() : {}),
      },
    },
  };
}

const trainingSchemas = () => ({
  ...inputSchemas('TrainingInput', trainingInput),
  TrainingOutput: {
    type: 'object',
    title: 'TrainingOutput',
    properties: { weights: { type: 'string', format: 'uri' } },
  },
});

/** What can be done, without its details: clients read the schemas alone. */
function pathsOf(canTrain: boolean): Record<string, unknown> {
  const bodyOf = (name: string) => ({
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { input: { $ref: `#/components/schemas/${name}` } },
        },
      },
    },
  });
  const ok = (description: string) => ({ responses: { 200: { description } } });
  return {
    '/health-check': { get: { summary: 'Healthcheck', ...ok('How it is.') } },
    '/predictions': { post: { summary: 'Predict', requestBody: bodyOf('Input'), ...ok('Its output.') } },
    ...(canTrain
      ? {
          '/trainings': {
            post: { summary: 'Train', requestBody: bodyOf('TrainingInput'), ...ok('Its weights.') },
          },
        }
      : {}),
  };
}

const jsonInput = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

/** The schema of inputs under a name, with a schema beside it for each choice. */
function inputSchemas(title: string, inputs: z.ZodType): Record<string, unknown> {
  const schema = z.toJSONSchema(inputs, { io: 'input', unrepresentable: 'any' });
  const { properties, required } = jsonInput.parse(schema);
  const fields = Object.entries(properties);
  const choices = fields.flatMap(([name, { enum: values }]) =>
    values === undefined
      ? []
      : [[name, { type: 'string', enum: values, title: name, description: 'An enumeration.' }]],
  );
  return {
    [title]: {
      type: 'object',
      title,
      required,
      properties: Object.fromEntries(
        fields.map(([name, field], order) => [name, cogField(name, field, order)]),
      ),
    },
    ...Object.fromEntries(choices),
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
