import type { ModelDefinition } from '../define-model.ts';

const reader = 'unsloth/Meta-Llama-3.1-8B-Instruct';

/**
 * HiDream as the trainer samples it: its own loop (`darkroom_engine/pipelines/hidream.py`), a UniPC solver over the trainer's
 * noise levels, and Llama from a repository of its own. Source: the trainer's hidream and hidream_e1 models.
 */
export const hidream = {
  family: 'hidream',
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true },
  lora: { families: ['hidream'], targets: ['transformer'] },
  output: { kind: 'image' },
  memory_gib: 66,
} as const satisfies Partial<ModelDefinition>;

export const hidreamComponents = {
  text_encoder_4: { repository: reader, library: 'transformers', class: 'LlamaForCausalLM' },
  tokenizer_4: { repository: reader, library: 'transformers', class: 'PreTrainedTokenizerFast' },
} as const satisfies ModelDefinition['pipeline']['components'];

export const hidreamReaders = ['text_encoder', 'text_encoder_2', 'text_encoder_3', 'text_encoder_4'];

/** `shift` moves the steps towards the noise. */
export function hidreamScheduler<Shift extends number>(shift: Shift) {
  return {
    class: 'HostCoefficientsUniPCScheduler',
    config: {
      num_train_timesteps: 1000,
      prediction_type: 'flow_prediction',
      use_flow_sigmas: true,
      flow_shift: shift,
      solver_order: 2,
      solver_type: 'bh2',
    },
  } as const satisfies ModelDefinition['pipeline']['scheduler'];
}
