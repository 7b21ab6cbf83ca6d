import { DarkroomError } from '../errors/darkroom-error.ts';

const shown = (id: string): string => id.slice(0, 64).replaceAll(/[^\w./:@-]/g, '?');

/** Also for what the asker may not see, so that nobody learns that it exists. */
export const modelNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'TRAINED_MODEL_NOT_FOUND',
    `There is no model "${shown(id)}" that this key may see. Check the id; deleted models are only in the list of deleted ones.`,
  );

export const assetNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'ASSET_NOT_FOUND',
    `There is no asset "${shown(id)}" that this key may see. Check the id; deleted assets do not come back.`,
  );

export const versionNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'TRAINED_MODEL_NOT_FOUND',
    `The model has no version "${shown(id)}". Read it for those that it has.`,
  );

export const epochNotFound = (epoch: string | number, steps: readonly number[]): DarkroomError =>
  new DarkroomError(
    'EPOCH_NOT_FOUND',
    steps.length === 0
      ? `The model has no epoch "${shown(String(epoch))}": nothing has been trained or imported yet.`
      : `The model has no epoch "${shown(String(epoch))}". It has those of the steps ${listed(steps)}.`,
  );

/** Of what a model is asked to let go of. */
export const notNamed = (id: string): DarkroomError =>
  new DarkroomError(
    'ASSET_NOT_FOUND',
    `The model names no asset "${shown(id)}". Read the model for the pictures that it has.`,
  );

/** What the state of something does not allow. */
export const conflict = (message: string, details?: Record<string, unknown>): DarkroomError =>
  new DarkroomError('REGISTRY_CONFLICT', message, details === undefined ? {} : { details });

function listed(steps: readonly number[]): string {
  const most = 20;
  const first = steps.slice(0, most).join(', ');
  return steps.length > most ? `${first}, … (${steps.length} in all)` : first;
}
