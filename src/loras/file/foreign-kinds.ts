/**
 * Files that are no LoRA, by the names of their tensors: other kinds of adapters, and what else lies about as .safetensors.
 * Sources: PEFT 0.21 (the `prefix` of each tuner), LyCORIS 3, kohya's sd-scripts, OneTrainer, and the original releases of
 * ControlNet, T2I-Adapter and IP-Adapter.
 */

export interface ForeignKind {
  /** Goes on from “it is ”. */
  name: string;
  /** Of the name of a tensor that no LoRA has. */
  tensor: RegExp;
  /** It stands where a LoRA would: of a file that has both, a part alone would be another picture. */
  isAdapter?: true;
  /** What to do, where it is not the same for all. */
  advice?: string;
}

const adapters: [string, RegExp][] = [
  ['a BOFT adapter', /\.boft_[rs]\b/i],
  ['an OFT adapter', /\.(oft_r\b|oft_blocks|oft_diag)/i],
  ['an (IA)³ adapter', /\.(ia3_l\b|on_input$)/],
  ['an AdaLoRA adapter', /\.(lora_E\b|ranknum\b)/],
  ['a VeRA adapter', /(\.|^)(p?vera_[AB]|p?vera_lambda_[bd])\b/i],
  ['a FourierFT adapter', /\.fourierft_/],
  ['a VB-LoRA', /(\.|^)vblora_/],
  ['an HRA adapter', /\.hra_u\b/],
  ['a MiSS or Bone adapter', /\.(miss_block|bone_)/],
  ['a RandLoRA', /(\.|^)randlora_/],
  ['a C3A adapter', /\.c3a_kernel\b/],
  ['a RoAd adapter', /\.road_(theta|alpha)\b/],
  ['a SHiRA adapter', /\.shira_weight\b/],
  ['a WaveFT adapter', /\.waveft_/],
  ['a GraLoRA', /\.gralora_/],
  ['a DeLoRA', /\.delora_/],
  ['an X-LoRA', /(\.|^)xlora_/],
  ['a LoRA for SVDQuant (nunchaku)', /\.(qweight|wscales|smooth_factor)(_orig)?$/],
];

export const foreignKinds: readonly ForeignKind[] = [
  ...adapters.map(([name, tensor]) => ({ name, tensor, isAdapter: true as const })),
  { name: 'a Control-LoRA', tensor: /^lora_controlnet$/, isAdapter: true },
  {
    name: 'an IP-Adapter',
    tensor: /^(ip_adapter|image_proj|ip_adapter_proj_model)\.|\.(to_[kv]_ip|ip_adapter_double_stream_\w+)\b/,
  },
  {
    name: 'a ControlNet',
    tensor:
      /^(control_model|controlnet|control_net)\.|^(controlnet_(cond_embedding|x_embedder|blocks|single_blocks|down_blocks|mid_block|mode_embedder)|input_hint_block|control_layers|control_all_x_embedder|pos_embed_input)\b/,
    advice:
      'Control pictures are given to the models that take them, which their pages under docs/models.md say',
  },
  { name: 'a T2I-Adapter', tensor: /^(adapter\.)?body\.\d+\.(in_conv|block[12]|resnets)\b/ },
  {
    name: 'an embedding (textual inversion)',
    tensor: /^(emb_params|clip_[gl]|t5(xxl)?|string_to_param(\.\*)?|bundle_emb\..*)$|^<[^.]+>$/,
  },
  { name: 'a hypernetwork', tensor: /^(320|640|768|1024|1280)\.[01]\.linear\./ },
];

/** Whole models, by what their weights are called. In none of them a LoRA's. */
export const wholeModels: readonly { name: string; tensor: RegExp }[] = [
  {
    name: 'a VAE',
    tensor:
      /^(first_stage_model\.|vae\.)?((encoder|decoder)\.(conv_in|conv_out|down|up|mid)|(post_)?quant_conv)/,
  },
  {
    name: 'a text encoder',
    tensor:
      /^(text_model\.(encoder|embeddings)|encoder\.block\.\d+\.layer\.|model\.layers\.\d+\.(self_attn|mlp))\b/,
  },
  { name: 'an upscaler', tensor: /^(model\.\d+\.sub\.\d+\.RDB|body\.\d+\.rdb\d|conv_first\b)/ },
];
