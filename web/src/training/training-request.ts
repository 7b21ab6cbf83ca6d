import type { TrainingRequest } from '../api/trainings.ts';
import type { TrainingDraft } from '../draft/training-draft.ts';

/** The request that stands on the screen: what is left to the server is not in it. */
export function trainingRequest(draft: TrainingDraft): TrainingRequest {
  const { base, trigger, name, steps, rank, learningRate, resolution, caption, skipBad } = draft;
  return {
    ...(base === null ? {} : { base }),
    ...(trigger.trim() === '' ? {} : { trigger_word: trigger.trim() }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(steps === null ? {} : { steps }),
    ...(rank === null ? {} : { rank }),
    ...(learningRate === null ? {} : { learning_rate: learningRate }),
    ...(resolution === null ? {} : { resolutions: [resolution] }),
    ...(caption.trim() === '' ? {} : { captions: { mode: 'template', text: caption.trim() } }),
    ...(skipBad ? { skip_bad: true } : {}),
  };
}
