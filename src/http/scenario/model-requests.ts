/** What bodies ask of a model, in the words of the registry. */
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { NewModel } from '../../registry/models/create-model.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { ModelChange } from '../../registry/models/update-model.ts';
import type { DialectParts } from '../dialect.ts';
import { typeOf } from './answers/model-answer.ts';
import { baseOf, modelTypes } from './model-types.ts';
import type { CreateModelBody, UpdateModelBody } from './schema/model-bodies.ts';
import type { TrainingParameters } from './schema/training.ts';

const untitled = 'Untitled model';

/** Throws INVALID_REQUEST for a type that does not go with the rest. */
export function toNewModel(body: CreateModelBody, { catalog }: Pick<DialectParts, 'catalog'>): NewModel {
  const { type: named, concepts, baseModelId, name, shortDescription, privacy, collectionIds = [] } = body;
  assertNoCollections(collectionIds);
  const type = named ?? (concepts === undefined ? 'flux.1-lora' : 'flux.1-composition');
  const { kind } = modelTypes[type];
  if (kind === 'composition' && concepts === undefined)
    throw refused(
      `A model of type "${type}" is made of LoRAs, and none were received. Send them as concepts.`,
    );
  if (kind !== 'composition' && type !== 'custom' && concepts !== undefined)
    throw refused(
      `A model of type "${type}" has no concepts. Leave them out, or send a type of compositions.`,
    );
  const entry =
    concepts !== undefined && baseModelId === undefined ? null : baseOf(type, baseModelId, catalog);
  return {
    project: null,
    slug: null,
    name: name ?? untitled,
    type,
    base: entry?.id ?? null,
    kind: concepts === undefined ? 'lora' : 'composition',
    ...(shortDescription === undefined ? {} : { shortDescription }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(concepts === undefined ? {} : { concepts: concepts.map(toConcept) }),
  };
}

function assertNoCollections(ids: readonly string[]): void {
  const [first] = ids;
  if (first === undefined) return;
  throw new DarkroomError(
    'NOT_FOUND',
    `There is no collection "${first.slice(0, 64)}": collections are not offered. Leave collectionIds out, and use tags.`,
  );
}

const toConcept = ({
  modelId,
  modelEpoch,
  scale,
}: {
  modelId: string;
  modelEpoch?: string | undefined;
  scale: number;
}) => ({
  model: modelId,
  epoch: modelEpoch ?? null,
  scale,
});

/** The type goes with a base model: another family has another one. */
export function toChange(
  record: ModelRecord,
  body: UpdateModelBody,
  { catalog }: Pick<DialectParts, 'catalog'>,
): ModelChange {
  const { type, epoch, concepts, classSlug: _, ...plain } = body;
  const keepsBase =
    type === undefined || (record.base !== null && modelTypes[type].bases?.includes(record.base));
  return {
    ...definedOf(plain),
    ...(type === undefined || type === typeOf(record) ? {} : { type }),
    ...(keepsBase === true || type === undefined ? {} : { base: baseOf(type, undefined, catalog).id }),
    ...(epoch === undefined ? {} : { pinnedEpoch: epoch }),
    ...(concepts === undefined ? {} : { concepts: concepts.map(toConcept) }),
  };
}

type Plain = Omit<UpdateModelBody, 'type' | 'epoch' | 'concepts' | 'classSlug'>;

function definedOf({ parameters, ...texts }: Plain): ModelChange {
  const { name, shortDescription, thumbnail, promptEmbedding, negativePromptEmbedding, privacy } = texts;
  return {
    ...(name === undefined ? {} : { name }),
    ...(shortDescription === undefined ? {} : { shortDescription }),
    ...(thumbnail === undefined ? {} : { thumbnail }),
    ...(promptEmbedding === undefined ? {} : { promptEmbedding }),
    ...(negativePromptEmbedding === undefined ? {} : { negativePromptEmbedding }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(parameters === undefined ? {} : { parameters: withoutSecrets(parameters) }),
  };
}

/** A key of somebody else's service is not kept: nothing here would use it. */
function withoutSecrets({ wandbKey: _, ...rest }: TrainingParameters): TrainingParameters {
  return rest;
}

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
