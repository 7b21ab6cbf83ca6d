import type { ModelEntry } from '../catalog/define-model.ts';
import {
  loraNamed,
  type PromptField,
  promptNamed,
  type RequestField,
  requestNamed,
} from '../errors/reference.ts';
import { type Sentence, said } from '../errors/sentence.ts';
import type { PromptRequest, RenderRequest } from './request.ts';

/** One sentence for each field that the client set and the model cannot use. */
export function unusedPromptFields(entry: ModelEntry, prompt: PromptRequest, index: number): Sentence[] {
  const names = entry.arguments;
  const warnings: Sentence[] = [];
  const unused = (field: PromptField, why: string): void => {
    warnings.push(said`${promptNamed(index, field)} was not used: ${why}`);
  };
  if (prompt.sampler !== null && prompt.sampler !== 'flowmatch' && entry.pipeline.samplers === undefined)
    unused(
      'sampler',
      `${entry.id} samples by flow matching ("flowmatch") alone, as in the trainer's previews.`,
    );
  if (prompt.negativePrompt !== null && prompt.negativePrompt !== '' && !entry.guidance.negative_prompt) {
    unused('negativePrompt', `${entry.id} has no negative prompt (its guidance is ${entry.guidance.kind}).`);
  }
  if (prompt.guidanceScale !== null && entry.guidance.kind === 'none')
    unused('guidanceScale', `${entry.id} has no guidance.`);
  if (prompt.numFrames !== null && prompt.numFrames > 1 && entry.output.kind === 'image') {
    unused('numFrames', `${entry.id} makes still pictures.`);
  }
  if (prompt.fps !== null && entry.output.kind === 'image')
    unused('fps', `${entry.id} makes still pictures.`);
  if (prompt.fps !== null && prompt.fps !== entry.defaults.fps && entry.output.fixed_fps)
    unused('fps', `${entry.id} always makes ${entry.defaults.fps} frames a second.`);
  if (prompt.guidanceRescale !== null && prompt.guidanceRescale > 0 && names.guidance_rescale === null)
    unused('guidanceRescale', `the trainer's previews of ${entry.id} do without it.`);
  if (prompt.controlIndex !== null && prompt.controlIndex > 0 && names.control_index === null)
    unused('controlIndex', `a control image has one meaning in ${entry.id}.`);
  if (prompt.cfgNorm === true && entry.options.do_cfg_norm === undefined)
    unused('cfgNorm', `the trainer's previews of ${entry.id} do without it.`);
  if (prompt.resolution === 'High' && entry.pipeline.high === undefined)
    unused('resolution', `${entry.id} has one resolution mode.`);
  return warnings;
}

/** The same for the fields of the whole request. */
export function unusedRequestFields(entry: ModelEntry, request: RenderRequest): Sentence[] {
  const warnings: Sentence[] = [];
  const unused = (field: RequestField, why: string): void => {
    warnings.push(said`${requestNamed(field)} was not used: ${why}`);
  };
  if (request.options.kvCache !== null && entry.options.kv_cache === undefined) {
    unused('kvCache', `${entry.id} has no such option.`);
  }
  if (request.options.matchTargetRes !== null && entry.options.match_target_res === undefined) {
    unused('matchTargetRes', `${entry.id} has no such option.`);
  }
  if (request.options.cfgNorm === true && entry.options.do_cfg_norm === undefined) {
    unused('cfgNorm', `the trainer's previews of ${entry.id} do without it.`);
  }
  if (request.options.tiledDecoding === true && entry.tiled_decoding === undefined) {
    unused('tiledDecoding', `the trainer's previews of ${entry.id} are never decoded in tiles.`);
  }
  if (request.baseOnly && request.prompts.some(({ scales }) => scales !== null)) {
    warnings.push(
      said`${promptNamed(null, 'scales')} of prompts was not used: ${requestNamed('baseOnly')} was set.`,
    );
  }
  if (!request.baseOnly) warnings.push(...idleLoras(request));
  if (request.controlOrientation !== null && !hasPicture(request)) {
    unused('controlOrientation', 'the request has no picture.');
  }
  if (request.baseOnly && request.loras.length > 0) {
    warnings.push(said`${requestNamed('baseOnly')} was set: the LoRAs of the request were not applied.`);
  }
  return warnings;
}

/** LoRAs at a strength of 0 in every prompt. */
function idleLoras({ loras, prompts }: RenderRequest): Sentence[] {
  return loras.flatMap(({ path, scale }, index) => {
    const scales = prompts.map((prompt) =>
      typeof prompt.scales === 'number' ? prompt.scales : (prompt.scales?.[index] ?? scale),
    );
    if (scales.some((one) => one !== 0)) return [];
    return [
      said`LoRA "${path.split('?')[0]?.slice(0, 200) ?? ''}" changes nothing: its ${loraNamed(null, 'scale')} is 0.`,
    ];
  });
}

const hasPicture = ({ prompts }: RenderRequest): boolean =>
  prompts.some(({ controlImages, source }) => controlImages.length > 0 || source !== null);
