import type { ModelEntry } from '../catalog/define-model.ts';
import type { PromptRequest, RenderRequest } from './request.ts';

/** One sentence for each field that the client set and the model cannot use. */
export function unusedPromptFields(entry: ModelEntry, prompt: PromptRequest, label: string): string[] {
  const names = entry.arguments;
  const warnings: string[] = [];
  const unused = (field: string, why: string): void => {
    warnings.push(`${label}.${field} was not used: ${why}`);
  };
  if (prompt.sampler !== null && prompt.sampler !== 'flowmatch' && entry.pipeline.samplers === undefined)
    unused(
      'sampler',
      `${entry.id} samples by flow matching ("flowmatch") alone, as in the trainer's previews.`,
    );
  if (prompt.negativePrompt !== null && prompt.negativePrompt !== '' && !entry.guidance.negative_prompt) {
    unused('neg', `${entry.id} has no negative prompt (its guidance is ${entry.guidance.kind}).`);
  }
  if (prompt.guidanceScale !== null && entry.guidance.kind === 'none')
    unused('guidance_scale', `${entry.id} has no guidance.`);
  if (prompt.numFrames !== null && prompt.numFrames > 1 && entry.output.kind === 'image') {
    unused('num_frames', `${entry.id} makes still pictures.`);
  }
  if (prompt.fps !== null && entry.output.kind === 'image')
    unused('fps', `${entry.id} makes still pictures.`);
  if (prompt.fps !== null && prompt.fps !== entry.defaults.fps && entry.output.fixed_fps)
    unused('fps', `${entry.id} always makes ${entry.defaults.fps} frames a second.`);
  if (prompt.guidanceRescale !== null && prompt.guidanceRescale > 0 && names.guidance_rescale === null)
    unused('guidance_rescale', `the trainer's previews of ${entry.id} do without it.`);
  if (prompt.controlIndex !== null && prompt.controlIndex > 0 && names.control_index === null)
    unused('ctrl_idx', `a control image has one meaning in ${entry.id}.`);
  if (prompt.cfgNorm === true && entry.options.do_cfg_norm === undefined)
    unused('do_cfg_norm', `the trainer's previews of ${entry.id} do without it.`);
  if (prompt.resolution === 'High' && entry.pipeline.high === undefined)
    unused('resolution', `${entry.id} has one resolution mode.`);
  return warnings;
}

/** The same for the fields of the whole request. */
export function unusedRequestFields(entry: ModelEntry, request: RenderRequest): string[] {
  const warnings: string[] = [];
  if (request.options.kvCache !== null && entry.options.kv_cache === undefined) {
    warnings.push(`kv_cache was not used: ${entry.id} has no such option.`);
  }
  if (request.options.matchTargetRes !== null && entry.options.match_target_res === undefined) {
    warnings.push(`match_target_res was not used: ${entry.id} has no such option.`);
  }
  if (request.options.cfgNorm === true && entry.options.do_cfg_norm === undefined) {
    warnings.push(`do_cfg_norm was not used: the trainer's previews of ${entry.id} do without it.`);
  }
  if (request.options.tiledDecoding === true && entry.tiled_decoding === undefined) {
    warnings.push(
      `tiled_decoding was not used: the trainer's previews of ${entry.id} are never decoded in tiles.`,
    );
  }
  if (request.baseOnly && request.prompts.some(({ scales }) => scales !== null)) {
    warnings.push('network_multiplier of prompts was not used: base_only was set.');
  }
  if (!request.baseOnly) warnings.push(...idleLoras(request));
  if (request.controlOrientation !== null && !hasControlImage(request)) {
    warnings.push('control_orientation was not used: the request has no control image.');
  }
  if (request.baseOnly && request.loras.length > 0) {
    warnings.push('base_only was set: the LoRAs of the request were not applied.');
  }
  return warnings;
}

/** LoRAs at a strength of 0 in every prompt. */
function idleLoras({ loras, prompts }: RenderRequest): string[] {
  return loras.flatMap(({ path, scale }, index) => {
    const scales = prompts.map((prompt) =>
      typeof prompt.scales === 'number' ? prompt.scales : (prompt.scales?.[index] ?? scale),
    );
    if (scales.some((one) => one !== 0)) return [];
    return [`LoRA "${path.split('?')[0]?.slice(0, 200)}" changes nothing: its network_multiplier is 0.`];
  });
}

const hasControlImage = ({ prompts }: RenderRequest): boolean =>
  prompts.some(({ controlImages }) => controlImages.length > 0);
