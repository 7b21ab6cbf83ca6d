import type { ModelDefinition } from '../define-model.ts';

const files = 'Comfy-Org/MiniMax-H3';
const original = 'MiniMaxAI/MiniMax-H3';

/**
 * The trainer's files are ComfyUI's: a pruned transformer in 8 bits, the first 50 layers of Qwen3-VL-32B in 4 bits, and two
 * autoencoders (`darkroom_engine/readers/comfy_weights.py`).
 * Sources: the trainer's minimax_h3 model and its src/pipeline.py.
 */
export const model = {
  family: 'minimax_h3',
  id: 'minimax_h3',
  label: 'MiniMax-H3',
  task: 'text_to_video',
  description:
    'Video with stereo sound from one distilled model of 33 B, from words or from words and a first frame.',
  checkpoint: { repository: original, licence: 'MiniMax H3 Community License' },
  pipeline: {
    class: 'MiniMaxH3Pipeline',
    module: 'minimax_h3',
    assembled: true,
    components: {
      transformer: {
        repository: files,
        file: 'diffusion_models/minimax_h3_fl2va_pruned_int8_convrot.safetensors',
        library: 'darkroom',
        class: 'MiniMaxH3Transformer',
      },
      text_encoder: {
        repository: files,
        file: 'text_encoders/qwen3vl_32b_minimax_h3_nvfp4_awq.safetensors',
        library: 'darkroom',
        class: 'MiniMaxH3Reader',
      },
      tokenizer: {
        repository: original,
        subfolder: 'FL2VA/tokenizer',
        library: 'transformers',
        class: 'AutoTokenizer',
      },
      processor: {
        repository: original,
        subfolder: 'FL2VA/processor',
        library: 'darkroom',
        class: 'KeyframeProcessor',
      },
      vae: {
        repository: files,
        file: 'vae/minimax_h3_video_vae_fp16.safetensors',
        library: 'darkroom',
        class: 'MiniMaxH3VideoVae',
      },
      audio_vae: {
        repository: files,
        file: 'vae/minimax_h3_audio_vae_fp32.safetensors',
        library: 'darkroom',
        class: 'MiniMaxH3AudioVae',
      },
    },
  },
  defaults: { sample_steps: 28, guidance_scale: 1, width: 768, height: 768, num_frames: 107, fps: 24 },
  size: { divisor: 32, frames: { step: 17, offset: 5, still: true } },
  arguments: { guidance_scale: null, num_frames: 'num_frames', control_images: 'image' },
  guidance: { kind: 'none', negative_prompt: false },
  control_images: { minimum: 0, maximum: 1, maximum_aspect: 200 },
  lora: { families: ['minimax_h3'], targets: ['transformer'] },
  output: { kind: 'video', audio: true, fixed_fps: true },
  trainer_interface: {
    sample_steps: 28,
    guidance_scale: 1,
    width: 768,
    height: 768,
    num_frames: 107,
    fps: 24,
    low_vram: true,
  },
  training: {
    ai_toolkit: {
      arch: 'minimax_h3',
      name_or_path: 'Comfy-Org/MiniMax-H3',
      model: {
        assistant_lora_path: 'ostris/minimax_h3_training_adapter/minimax_h3_training_adapter_v1.safetensors',
        qtype: 'convrot8',
        qtype_te: 'nvfp4',
        low_vram: true,
      },
      train: { do_guidance_loss: true, guidance_loss_target: 3.5, cache_text_embeddings: true },
      network: { network_kwargs: { ignore_if_contains: ['adaln_proj'] } },
    },
    defaults: { timesteps: 'shift' },
  },
  memory_gib: 64,
  differs: [
    'The transformer’s weights of 8 bits are turned into bfloat16 when they are loaded. The reference server and the trainer multiply in 8 bits on a GPU, rounding every layer’s input to 8 bits, which this does not do: the pictures are close to theirs and not equal. The text encoder stays in 4 bits and computes what theirs does.',
    'A LoRA is merged into the weights as they are loaded, in bfloat16, its adaln_proj layers included. The trainer cannot merge into weights of 8 bits, so its previews compute the LoRA beside them, as `QUANTIZATION=minimax_h3=fp8` does here; so does the reference server, which leaves out adaln_proj.',
    'Prompts are read up to 512 tokens, as in the trainer; the reference server reads all of them.',
    'A single frame gives a picture, as in the trainer, and another frame rate than 24 is named in `warnings` and not used; the reference server refuses both.',
  ],
  notes: [
    'The weights come from Comfy-Org/MiniMax-H3, about 43 GB; of MiniMaxAI/MiniMax-H3 only configurations, the tokenizer and the processor are fetched. Under CHECKPOINTS_PATH both keep the folders that they have on the hub.',
    '`"num_frames": 1` makes a picture without sound, as the trainer’s previews of a LoRA that learns from pictures do.',
    'Every step is one evaluation of the model, so 28 steps are 28 evaluations. Tools that count as the released sampler does evaluate once less.',
    'A control image becomes the first frame, stretched to the output size: send width and height in its own aspect. The text encoder reads it along with the prompt, in its own aspect.',
    'The sound is stereo at 32 kHz and lasts as long as the frames at 24 a second.',
    'A LoRA that was trained on the checkpoint before it was pruned fits all layers but adaln_proj, whose shape is another: those are named in `warnings`.',
    'The transformer takes about 38 GiB once it is loaded, and half of that with `QUANTIZATION=minimax_h3=fp8`; the text encoder 16 GiB. nf4 is refused: the file is quantised already.',
    'The project’s tests render tiny files in this layout on a CPU, and hold them against the trainer’s arithmetic byte for byte; the published files need a GPU that the tests do not have.',
  ],
} as const satisfies ModelDefinition;
