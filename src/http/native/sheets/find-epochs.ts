import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { DialectParts } from '../../dialect.ts';
import { type AskingRequest, askerOf } from '../../kit/asker.ts';
import type { FindEpochs } from './settle-sheet.ts';

/** Of a training, or of the current version of a model, that the asker may see. The result throws INVALID_REQUEST for none. */
export function createFindEpochs(
  request: AskingRequest,
  { trainings, registry }: Pick<DialectParts, 'trainings' | 'registry'>,
): FindEpochs {
  const asker = askerOf(request);
  return async ({ training, model: named = '', steps }) => {
    const row = training === undefined ? null : (await trainings.get(asker, training)).row;
    const id = row?.model ?? named;
    const model = id.includes('/')
      ? await registry.models.findByName(asker, id)
      : await registry.models.get(asker, id);
    const wanted = row === null ? model.currentVersion : row.version;
    const version = wanted === null ? null : await registry.versions.find(wanted);
    const all = version?.epochs ?? [];
    const what = training === undefined ? `The model "${named}"` : `The training "${training}"`;
    if (version === null || all.length === 0)
      throw new DarkroomError('INVALID_REQUEST', `${what} has no epoch yet. Wait for the first one.`);
    const known = all.map(({ step }) => step);
    const missing = typeof steps === 'string' ? [] : steps.filter((step) => !known.includes(step));
    if (missing.length > 0)
      throw new DarkroomError(
        'EPOCH_NOT_FOUND',
        `${what} has no epoch of the step ${missing.join(', ')}; it has those of the steps ${known.join(', ')}.`,
      );
    const taken =
      steps === 'all'
        ? all
        : steps === 'last'
          ? all.slice(-1)
          : all.filter(({ step }) => steps.includes(step));
    return {
      epochs: taken.map(({ step }) => ({ step, path: `${model.id}:${version.id}@${step}` })),
      trigger: model.trigger,
    };
  };
}
