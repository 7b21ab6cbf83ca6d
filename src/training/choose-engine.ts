import type { ModelEntry } from '../catalog/define-model.ts';
import type { ToolkitModel, TrainingMethod } from '../catalog/define-training.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { TrainingRequest } from './training-request.ts';

/** Who trains a model, and what they have to know of it. */
export type ChosenEngine =
  | { name: 'builtin'; method: TrainingMethod }
  | { name: 'ai-toolkit'; model: ToolkitModel };

/**
 * Darkroom's own engine where it trains the model, else ai-toolkit where there is a checkout of it (`hasToolkit`). Throws
 * TRAINING_UNSUPPORTED, with what would help: to be asked before a set is taken in.
 */
export function chooseEngine(
  { id, training }: Pick<ModelEntry, 'id' | 'training'>,
  { engine }: Pick<TrainingRequest, 'engine'>,
  hasToolkit: boolean,
): ChosenEngine {
  const { builtin, ai_toolkit: toolkit } = training ?? {};
  if (builtin !== undefined && engine !== 'ai-toolkit') return { name: 'builtin', method: builtin };
  if (toolkit !== undefined && engine !== 'builtin' && hasToolkit)
    return { name: 'ai-toolkit', model: toolkit };
  throw new DarkroomError('TRAINING_UNSUPPORTED', whyNot(id, engine, { builtin, toolkit, hasToolkit }));
}

export const isTrainable = ({ training }: Pick<ModelEntry, 'training'>, hasToolkit: boolean): boolean =>
  training?.builtin !== undefined || (hasToolkit && training?.ai_toolkit !== undefined);

function whyNot(
  id: string,
  asked: TrainingRequest['engine'],
  {
    builtin,
    toolkit,
    hasToolkit,
  }: { builtin: TrainingMethod | undefined; toolkit: ToolkitModel | undefined; hasToolkit: boolean },
): string {
  const others = 'GET /v1/models says of each model whether it can be trained.';
  const own =
    builtin === undefined ? '' : ' Darkroom itself trains it: choose "builtin", or leave the engine out.';
  if (asked === 'builtin')
    return toolkit === undefined || !hasToolkit
      ? `Darkroom does not train LoRAs of ${id}. ${others}`
      : `Darkroom itself does not train LoRAs of ${id}, and ai-toolkit does: choose "ai-toolkit", or leave the engine out.`;
  if (toolkit === undefined)
    return asked === 'auto'
      ? `Darkroom does not train LoRAs of ${id}. ${others}`
      : `ai-toolkit does not train LoRAs of ${id}.${own || ` ${others}`}`;
  return `LoRAs of ${id} are trained by ai-toolkit here, and AI_TOOLKIT_PATH names no checkout of it.${own || ' Set it, or train the LoRA with ai-toolkit elsewhere and import its folder.'}`;
}
