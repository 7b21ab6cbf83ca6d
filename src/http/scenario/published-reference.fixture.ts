/** Holds answers against the published reference of Scenario's models: names, types, enums and limits of every field. */
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import reference from '../../../tests/fixtures/scenario-reference.json' with { type: 'json' };

interface Field {
  type: string;
  required: boolean;
  enum?: unknown[];
  limits?: Record<string, number | boolean>;
  fields?: Record<string, Field>;
}
type Fields = Record<string, Field>;
type Schema = Record<string, unknown>;

/** Ranges of parameters of other services, which stand with the metadata of every asset. */
function withoutLimits({ limits: _, fields, ...field }: Field): Field {
  return { ...field, ...(fields && { fields: mapped(fields, withoutLimits) }) };
}

const mapped = (fields: Fields, change: (field: Field) => Field): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field)]));

/**
 * What the SDK of today has and the reference has not, or has wider: `deletedAt` and `jobId` of a model; `splat` as a job.
 */
const newer: Record<string, Fields> = {
  model: {
    deletedAt: { type: 'string', required: false },
    jobId: { type: 'string', required: false },
  },
};

const nameless = { type: 'object', additionalProperties: true };

function fieldSchema({ type, enum: values, limits, fields }: Field): Schema {
  const { exclusiveMinimum, ...rest } = limits ?? {};
  const bounds = exclusiveMinimum === true ? { ...rest, exclusiveMinimum: rest.minimum } : rest;
  const item = /^array<(.+)>$/.exec(type)?.[1];
  if (item !== undefined)
    return {
      type: 'array',
      items: fieldSchema({
        type: item,
        required: true,
        ...(values && { enum: values }),
        ...(fields && { fields }),
      }),
    };
  if (type === 'object') return fields === undefined ? nameless : objectSchema(fields);
  if (type === 'map') return nameless;
  if (type === 'unknown') return {};
  if (type === 'true') return { const: true };
  return { type, ...bounds, ...(values === undefined ? {} : { enum: values }) };
}

function objectSchema(
  fields: Fields,
  required = Object.keys(fields).filter((name) => fields[name]?.required),
): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    required,
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
  };
}

const { bulkModelRequired, requests: _, ...things } = reference;

function schemaOf(thing: keyof typeof things, required?: string[]): Schema {
  const fields = { ...(things[thing] as Fields), ...newer[thing] };
  if (thing === 'asset' && fields.metadata) fields.metadata = withoutLimits(fields.metadata);
  const schema = objectSchema(fields, required);
  if (thing !== 'example') return schema;
  return {
    ...schema,
    properties: {
      ...(schema.properties as Schema),
      asset: schemaOf('asset'),
      job: schemaOf('job'),
      inferenceParameters: schemaOf('inferenceParameters'),
    },
  };
}

const list = (name: string, items: Schema): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: [name],
  properties: { [name]: { type: 'array', items }, nextPaginationToken: { type: 'string' } },
});
const one = (name: string, schema: Schema, also: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: [name],
  properties: { [name]: schema, ...also },
});
const texts = { type: 'array', items: { type: 'string' } };
const costs = {
  creativeUnitsCost: { type: 'number' },
  creativeUnitsDiscount: { type: 'number' },
};
const pair = objectSchema(
  Object.fromEntries(
    ['sourceId', 'targetId', 'instruction'].map((name) => [name, { type: 'string', required: false }]),
  ),
);

const model = one('model', schemaOf('model'));
const shapes: Record<string, Schema> = {
  model,
  models: list('models', schemaOf('model')),
  bulk: list('models', schemaOf('model', bulkModelRequired)),
  description: one('description', schemaOf('description')),
  examples: list('examples', schemaOf('example')),
  trainingImage: one('trainingImage', schemaOf('trainingImage')),
  pairs: {
    ...one('pairs', { type: 'array', items: pair }, { count: { type: 'number' } }),
    required: ['count', 'pairs'],
  },
  tags: { ...one('added', texts, { deleted: texts }), required: ['added', 'deleted'] },
  empty: { type: 'object', additionalProperties: false },
  jobId: one('jobId', { type: 'string' }),
  job: one('job', schemaOf('job')),
  jobs: list('jobs', schemaOf('job')),
  asset: one('asset', schemaOf('asset')),
  assets: list('assets', schemaOf('asset')),
  started: one('job', schemaOf('job'), { ...costs, inference: nameless, model: schemaOf('model') }),
  cost: { type: 'object', additionalProperties: false, required: ['creativeUnitsCost'], properties: costs },
  problem: {
    type: 'object',
    additionalProperties: false,
    required: ['reason'],
    properties: { reason: { type: 'string', minLength: 10 }, name: { type: 'string' }, details: nameless },
  },
};
export type PublishedShape = keyof typeof shapes;

const ajv = new Ajv({ strict: false, allErrors: true });
const compiled = new Map<string, ValidateFunction>();

/** Expects an answer to be of a shape of the published reference, with no field that it does not know. */
export function expectPublished(shape: PublishedShape, answer: unknown): void {
  const schema = shapes[shape];
  if (schema === undefined) throw new Error(`There is no shape "${shape}".`);
  const validate = compiled.get(shape) ?? ajv.compile(schema);
  compiled.set(shape, validate);
  validate(answer);
  expect(validate.errors ?? [], JSON.stringify(answer).slice(0, 2000)).toEqual([]);
}
