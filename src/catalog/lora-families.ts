/**
 * How the files of each LoRA family are told apart: by the names of the modules they change, then by the shapes of those
 * modules, then by what the trainer wrote into the metadata.
 *
 * Patterns are matched against a module name without its component prefix and with every dot as an underscore, so that one
 * pattern serves the dotted (PEFT) and the flat (kohya) spelling. A `strong` pattern occurs in no other family; `weak` ones
 * are shared and only narrow the choice. Sources: the module trees of diffusers 0.40 and of the original releases, and the
 * `ss_base_model_version` values that ai-toolkit writes.
 */
export interface LoraFamily {
  id: string;
  /** For messages: “looks like a LoRA for …”. */
  label: string;
  strong: readonly RegExp[];
  weak: readonly RegExp[];
  /**
   * Shapes that modules matching the pattern have in this family and not in its look-alikes: widths of the input, or inputs
   * for each output, which holds for every size of model. `shared` widths occur here and in a look-alike: they prove nothing.
   */
  shapes?: readonly {
    module: RegExp;
    inputs?: readonly number[];
    shared?: readonly number[];
    inputsPerOutput?: number;
  }[];
  /** Its files keep the alpha of all modules in the entry `alpha` of their metadata. */
  alphaEntry?: true;
  /** Values of `ss_base_model_version`, compared in lower case by prefix. */
  metadata: readonly string[];
}

const unetBlocks = /^(down_blocks|up_blocks|mid_block|input_blocks|middle_block|output_blocks)_/;
const originalFluxBlocks = /^(double_blocks_\d+_(img|txt)_(attn|mlp)|single_blocks_\d+_linear[12])/;
const originalMlpOut = /^double_blocks_\d+_(img|txt)_mlp_2$/;
const originalSingleOut = /^single_blocks_\d+_linear2$/;
const plainFluxMlp = [
  { module: originalMlpOut, inputsPerOutput: 4 },
  { module: originalSingleOut, inputsPerOutput: 5 },
];
const refinedLayers = /^(layers|noise_refiner|context_refiner)_\d+_/;

export const loraFamilies: readonly LoraFamily[] = [
  {
    id: 'flux',
    label: 'FLUX.1',
    strong: [
      /^single_transformer_blocks_\d+_(proj_mlp|proj_out|norm_linear|attn_to_[qkv]$)/,
      /^transformer_blocks_\d+_(ff_context_net|norm1_context_linear)/,
      /^double_blocks_\d+_(img|txt)_mod_/,
      /^single_blocks_\d+_modulation/,
    ],
    weak: [originalFluxBlocks, /^transformer_blocks_\d+_(attn_|ff_net)/],
    shapes: [...plainFluxMlp, { module: /^transformer_blocks_\d+_ff_net_2$/, inputsPerOutput: 4 }],
    metadata: ['flux.1', 'flux1', 'flux_dev', 'flux-1', 'flex'],
  },
  {
    id: 'flux2',
    label: 'FLUX.2',
    strong: [
      /^single_transformer_blocks_\d+_attn_to_qkv_mlp_proj/,
      /^transformer_blocks_\d+_ff(_context)?_linear_(in|out)/,
      /^(double_stream_modulation|single_stream_modulation)/,
    ],
    weak: [originalFluxBlocks, /^transformer_blocks_\d+_attn_/],
    // FLUX.2's MLP is gated and three times as wide as the model, FLUX.1's is plain and four times as wide.
    shapes: [
      { module: /^double_blocks_\d+_(img|txt)_attn_qkv$/, inputs: [6144, 4096], shared: [3072] },
      { module: originalMlpOut, inputsPerOutput: 3 },
      { module: originalSingleOut, inputsPerOutput: 4 },
    ],
    metadata: ['flux2', 'flux.2'],
  },
  {
    id: 'chroma',
    label: 'Chroma',
    strong: [/^distilled_guidance_layer/],
    weak: [originalFluxBlocks],
    shapes: plainFluxMlp,
    metadata: ['chroma'],
  },
  {
    id: 'sdxl',
    label: 'Stable Diffusion XL',
    strong: [
      /^add_embedding/,
      /^label_emb/,
      /^(down|up|input|output|mid|middle)_block.*_transformer_blocks_[1-9]_/,
    ],
    weak: [unetBlocks],
    shapes: [{ module: /attn2_to_[kv]$/, inputs: [2048] }],
    metadata: ['sdxl'],
  },
  {
    id: 'sd15',
    label: 'Stable Diffusion 1.5',
    strong: [],
    weak: [unetBlocks],
    shapes: [{ module: /attn2_to_[kv]$/, inputs: [768] }],
    metadata: ['sd_1.5', 'sd_v1', 'sd1'],
  },
  {
    id: 'qwen_image',
    label: 'Qwen-Image',
    strong: [/^transformer_blocks_\d+_(img|txt)_(mlp|mod)/],
    weak: [/^transformer_blocks_\d+_attn_/],
    metadata: ['qwen_image', 'qwen'],
  },
  {
    id: 'zimage',
    label: 'Z-Image',
    strong: [/^(layers|noise_refiner|context_refiner)_\d+_(attention_|feed_forward_w[123]|adaLN_modulation)/],
    weak: [],
    metadata: ['zimage', 'z-image', 'z_image'],
  },
  {
    id: 'lumina2',
    label: 'Lumina 2',
    strong: [],
    weak: [refinedLayers],
    metadata: ['lumina2', 'lumina'],
  },
  {
    id: 'omnigen2',
    label: 'OmniGen2',
    strong: [/^ref_image_refiner_/],
    weak: [refinedLayers],
    metadata: ['omnigen2'],
  },
  {
    id: 'hidream',
    label: 'HiDream',
    strong: [/^(double|single)_stream_blocks_\d+_block/],
    weak: [],
    metadata: ['hidream'],
  },
  {
    id: 'wan',
    label: 'Wan 2',
    strong: [/^blocks_\d+_(self_attn|cross_attn|attn[12]|ffn)_/],
    weak: [],
    metadata: ['wan'],
  },
  {
    id: 'ltx2',
    label: 'LTX-2',
    strong: [/^transformer_blocks_\d+_(audio_|video_to_audio|attn[12]_)/],
    weak: [/^transformer_blocks_\d+_ff_/],
    metadata: ['ltx'],
  },
  {
    id: 'krea2',
    label: 'Krea 2',
    strong: [
      /^blocks_\d+_(attn_(w[qkvo]|gate)|mlp_(gate|up|down))$/,
      /^transformer_blocks_\d+_(attn_to_gate|ff_(gate|up|down))$/,
      /^(txtfusion|text_fusion)_/,
    ],
    weak: [/^transformer_blocks_\d+_attn_/],
    metadata: ['krea2'],
  },
  {
    id: 'minimax_h3',
    label: 'MiniMax-H3',
    alphaEntry: true,
    strong: [
      /^token_refiner_(refiner_)?blocks_/,
      /^(transformer_)?blocks_\d+_adaln_proj/,
      /^blocks_\d+_(attn_(qkv|out)_proj|mlp_fc[12])$/,
    ],
    weak: [],
    // Its heads together are wider than the model; in diffusers' names FLUX.1 is like it but for that.
    shapes: [{ module: /^transformer_blocks_\d+_attn_to_[qkv]$/, inputsPerOutput: 0.75 }],
    metadata: ['minimax_h3'],
  },
];
